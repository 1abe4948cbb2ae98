import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { CALLS_OF_TASK, crashTask } from './support/crash-task.ts'
import { createDatabase } from '../fixtures/postgres.ts'
import { type CrashRig, startCrashRig } from './support/crash-rig.ts'
import { findDisagreements } from './support/find-disagreements.ts'

const RESTART_MS = 1_000

describe('SIGKILL of one of two worker processes on PostgreSQL', { timeout: 90_000 }, () => {
  it('loses no call when it was the orchestrator', async () => {
    await using rig = await startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
    await killInMidTask(rig, 'orchestrator')
    const ledger = await rig.readLedger()
    expect(await rig.simulated.journal()).toHaveLength(CALLS_OF_TASK)
    expect(ledger.flatMap(({ attempts }) => attempts.map(({ status }) => status))).toEqual(
      Array.from({ length: CALLS_OF_TASK }, () => 'completed'),
    )
    expect(findDisagreements(await rig.simulated.journal(), ledger)).toEqual([])
  })

  it('repeats only the calls that were under way when it was the one that makes them', async () => {
    await using rig = await startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
    await killInMidTask(rig, 'cloud-worker', ['s3', 's4'])
    const ledger = await rig.readLedger()
    expect(findDisagreements(await rig.simulated.journal(), ledger)).toEqual([])
    const repeated = ledger.filter(({ attempts }) => attempts.length > 1)
    for (const { attempts } of repeated) {
      expect(attempts.map(({ status }) => status)).toEqual(['ambiguous', 'completed'])
    }
    const steps = repeated.map(({ operationId }) => operationId.split('/').at(-1))
    expect(steps).toEqual(expect.arrayContaining(['s3', 's4']))
    // Four at once, and nothing new starts while their worker is dead.
    expect(steps.length).toBeLessThanOrEqual(4)
  })
})

async function killInMidTask(
  rig: CrashRig,
  victim: 'orchestrator' | 'cloud-worker',
  hanging: readonly string[] = [],
): Promise<void> {
  // Without a supervisor the heartbeat timeout is what notices.
  const workers = {
    orchestrator: rig.startWorker('orchestrator'),
    'cloud-worker': rig.startWorker('cloud-worker'),
  }
  const task = await rig.switchyard.startTask(crashTask(rig.random, hanging))
  await rig.hasRecorded(5, task.workflowId)
  await workers[victim].end('SIGKILL')
  await sleep(RESTART_MS)
  workers[victim] = rig.startWorker(victim)
  expect(await task.result()).toMatchObject({ phase: 'completed', answer: expect.any(String) })
  for (const worker of Object.values(workers)) {
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })
  }
}
