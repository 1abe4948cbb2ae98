import { describe, expect, inject, it } from 'vitest'
import { createDatabase } from '../fixtures/postgres.ts'
import { PHASES } from './rollout/plan-kills.ts'
import { randomInt } from 'node:crypto'
import { runRolloutKills } from './rollout/run-rollout-kills.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))

describe('SIGKILL in every phase of a rollout', { timeout: 1_200_000 }, () => {
  it('changes no share twice, lets no cold host work, answers what a dead node had taken, and takes shares back', async () => {
    console.log(`CHAOS_SEED=${seed}`)
    const databaseUrl = await createDatabase(inject('postgresUrl'))
    const report = await runRolloutKills({
      seed,
      isWhole: false,
      databaseUrl,
      onProgress: () => {},
    })
    console.log(report.line)
    expect(report.mismatches).toEqual([])
    expect(report.rollouts.map(({ phase }) => phase)).toEqual([...PHASES])
    expect(report.rollouts.some(({ nodeKill }) => (nodeKill?.orphaned.length ?? 0) > 0)).toBe(true)
    expect(report.lost).toBeGreaterThan(0)
    expect(report.requests).toBeGreaterThan(50)
    expect(report.executed).toBeGreaterThanOrEqual(report.requests)
  })
})
