import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SUBTASK_IDS, crashTask } from './support/crash-task.ts'
import { servedFor } from './support/recorded-calls.ts'
import { findDisagreements } from './support/find-disagreements.ts'
import { startCrashRig } from './support/crash-rig.ts'

/** Between a crash and the restart, as a supervisor would wait. */
const RESTART_MS = 1_000

describe('SIGKILL of a process with all workers', { timeout: 90_000 }, () => {
  it('repeats only what Temporal had not recorded, and books every call once', async () => {
    await using rig = await startCrashRig()
    const { simulated, switchyard } = rig
    const worker = rig.startWorker('dev')
    const task = await switchyard.startTask(crashTask(rig.random, ['s4']))
    await rig.hasRecorded(SUBTASK_IDS.length / 2, task.workflowId)
    await worker.end('SIGKILL')
    const recorded = await rig.recordedCalls(task.workflowId)
    const served = servedFor(recorded, await simulated.journal())
    expect(served.length).toBeGreaterThanOrEqual(SUBTASK_IDS.length / 2)
    await sleep(RESTART_MS)

    const successor = rig.startWorker('dev')
    const outcome = await task.result()
    expect(outcome).toMatchObject({ phase: 'completed', answer: expect.any(String) })
    expect(Object.keys(outcome.outputs).toSorted()).toEqual(SUBTASK_IDS.toSorted())
    expect(await successor.end('SIGTERM')).toEqual({ code: 0, signal: null })

    const journal = await simulated.journal()
    expect(servedFor(recorded, journal)).toEqual(served)
    const ledger = await rig.readLedger()
    expect(findDisagreements(journal, ledger)).toEqual([])
    const hung = ledger.find(({ operationId }) => operationId === `${task.workflowId}/subtask/s4`)
    expect(hung?.attempts.map(({ status }) => status)).toEqual(['ambiguous', 'completed'])
  })

  it('three times in one task still ends in one answer and exact books', async () => {
    await using rig = await startCrashRig()
    const task = await rig.switchyard.startTask(crashTask(rig.random))
    let worker = rig.startWorker('dev')
    for (const recordedCalls of [1, 4, 7]) {
      await rig.hasRecorded(recordedCalls + Math.floor(rig.random() * 3), task.workflowId)
      await sleep(rig.random() * 700)
      expect(await worker.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
      await sleep(RESTART_MS)
      worker = rig.startWorker('dev')
    }
    const outcome = await task.result()
    expect(outcome).toMatchObject({ phase: 'completed', answer: expect.any(String) })
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(findDisagreements(await rig.simulated.journal(), await rig.readLedger())).toEqual([])
  })
})
