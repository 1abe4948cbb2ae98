import { describe, expect, it } from 'vitest'
import { randomInt } from 'node:crypto'
import { runStorm } from './storm/run-storm.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))

/** As short as ten kills can be; `npm run chaos` is the long one, with 300 requests in flight. */
const SHORT = { seed, minutes: 0, onProgress: () => {} }

describe('a storm of kills under load', { timeout: 600_000 }, () => {
  it.each([
    { store: 'postgres', width: 100, databaseKills: 1 },
    { store: 'pglite', width: 40, databaseKills: 0 },
  ] as const)(
    'on $store: one end for each request, and books that agree with the providers',
    async ({ store, width, databaseKills }) => {
      console.log(`CHAOS_SEED=${seed}`)
      const { mismatches, figures, line } = await runStorm({ ...SHORT, store, width })
      console.log(line)
      expect(mismatches).toEqual([])
      expect(figures.kills.database).toBe(databaseKills)
      expect(Object.values(figures.kills).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(10)
      expect(figures.requests).toBeGreaterThanOrEqual(width)
    },
  )
})
