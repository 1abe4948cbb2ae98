import { describe, expect, it } from 'vitest'
import { randomInt } from 'node:crypto'
import { runStorm } from './storm/run-storm.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))

/** As short as ten kills can be; `npm run chaos` is the long one, with 300 requests in flight. */
const SHORT = { seed, minutes: 0, width: 60, onProgress: () => {} }

describe('a storm of kills under load', { timeout: 400_000 }, () => {
  it('on PostgreSQL: one end for each request, and books that agree with the providers', async () => {
    console.log(`CHAOS_SEED=${seed}`)
    const { mismatches, figures, line } = await runStorm({ ...SHORT, store: 'postgres' })
    console.log(line)
    expect(mismatches).toEqual([])
    expect(figures.kills.database).toBe(1)
    expect(figures.requests).toBeGreaterThanOrEqual(SHORT.width)
  })
})
