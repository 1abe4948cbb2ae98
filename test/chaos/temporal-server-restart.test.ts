import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { SUBTASK_IDS, crashTask } from './support/crash-task.ts'
import { findDisagreements } from './support/find-disagreements.ts'
import { NotConnectedError } from '../../client/errors.ts'
import { servedFor } from './support/recorded-calls.ts'
import { startCrashRig } from './support/crash-rig.ts'
import type { TaskHandle } from '../../client/task-handle.ts'

const OUTAGE_MS = 1_000

it('SIGKILL of the Temporal server in mid-task loses nothing', { timeout: 90_000 }, async () => {
  await using rig = await startCrashRig()
  const { simulated, switchyard } = rig
  const worker = rig.startWorker('dev')
  const early = await switchyard.call('What was asked before the crash?', { requestId: 'early' })
  const task = await switchyard.startTask(crashTask(rig.random))
  await rig.hasRecorded(4, task.workflowId)
  const recorded = await rig.recordedCalls(task.workflowId)
  const served = servedFor(recorded, await simulated.journal())
  const temporal = await rig.killTemporal()
  await sleep(OUTAGE_MS)
  await temporal.restart()

  expect(await rig.recordedCalls(task.workflowId)).toEqual(expect.arrayContaining([...recorded]))
  const outcome = await outcomeOf(task)
  expect(outcome).toMatchObject({ phase: 'completed', answer: expect.any(String) })
  expect(Object.keys(outcome.outputs).toSorted()).toEqual(SUBTASK_IDS.toSorted())
  const again = await switchyard.call('What was asked before the crash?', { requestId: 'early' })
  expect(again.text).toBe(early.text)
  expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })

  const journal = await simulated.journal()
  expect(servedFor(recorded, journal)).toEqual(served)
  expect(findDisagreements(journal, await rig.readLedger())).toEqual([])
})

/** The client does not wait for a server that is gone; whoever wants the answer asks again. */
async function outcomeOf(task: TaskHandle) {
  for (;;) {
    try {
      return await task.result()
    } catch (error) {
      if (!(error instanceof NotConnectedError)) throw error
      await sleep(500)
    }
  }
}
