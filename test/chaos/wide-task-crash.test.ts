import { describe, expect, inject, it } from 'vitest'
import { createDatabase } from '../fixtures/postgres.ts'
import { startCrashRig } from './support/crash-rig.ts'
import { findDisagreements } from './support/find-disagreements.ts'
import { WIDE_CALLS, killInWideTask } from './support/wide-task.ts'

const DRAINED = { code: 0, signal: null }

describe('SIGKILL when half of sixteen calls at once are answered', { timeout: 120_000 }, () => {
  it('makes no call twice when it was the orchestrator', async () => {
    await using rig = await startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
    const { outcome, ends } = await killInWideTask(rig, 'orchestrator')
    expect(outcome.phase).toBe('completed')
    expect(Object.keys(outcome.outputs)).toHaveLength(WIDE_CALLS)
    expect(ends).toEqual([DRAINED, DRAINED])
    const [journal, ledger] = [await rig.simulated.journal(), await rig.readLedger()]
    expect(journal).toHaveLength(WIDE_CALLS)
    expect(ledger.flatMap(({ attempts }) => attempts.map(({ status }) => status))).toEqual(
      Array.from({ length: WIDE_CALLS }, () => 'completed'),
    )
    expect(findDisagreements(journal, ledger)).toEqual([])
  })

  it('repeats what was under way when it was the cloud worker, and its supervisor starts another', async () => {
    await using rig = await startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
    const { outcome, recorded, cloudOutput, ends } = await killInWideTask(rig, 'cloud worker')
    expect(outcome.phase).toBe('completed')
    expect(Object.keys(outcome.outputs)).toHaveLength(WIDE_CALLS)
    expect(ends).toEqual([DRAINED, DRAINED])
    const [journal, ledger] = [await rig.simulated.journal(), await rig.readLedger()]
    expect(findDisagreements(journal, ledger)).toEqual([])
    const recordedOnce = ledger.filter(({ attempts: [first] }) => recorded.includes(first?.attemptId ?? ''))
    expect(recordedOnce).toHaveLength(recorded.length)
    expect(recordedOnce.every(({ attempts }) => attempts.length === 1)).toBe(true)
    const repeated = ledger.filter(({ attempts }) => attempts.length > 1)
    for (const { attempts } of repeated) {
      expect(attempts.map(({ status }) => status)).toEqual(['ambiguous', 'completed'])
    }
    expect(repeated.length).toBeGreaterThan(0)
    expect(repeated.length).toBeLessThanOrEqual(WIDE_CALLS - recorded.length)
    expect(journal.length).toBeLessThanOrEqual(WIDE_CALLS + repeated.length)
    // The supervisor told Temporal of each; none was left to the heartbeat timeout.
    expect(cloudOutput).toContain(`calls of the dead worker process: ${repeated.length} failed`)
  })
})
