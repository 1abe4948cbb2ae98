import type { WorkflowHandle } from '@temporalio/client'
import { ROLLOUT_UPDATES, type RolloutInput, rolloutQuery } from '../../workflows/contract.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import type { CommandName } from '../../domain/rollout/machine/events.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import type { Recorder } from './record-traffic.ts'

const MODEL = 'rolled'

/** The catalog with a model of two versions that nothing is sent to. */
export function withRolledModel(catalog: Catalog): Catalog {
  const [version] = catalog.models['first']?.versions ?? []
  if (version === undefined) throw new Error('the catalog has no model first')
  const versions = ['v1', 'v2'].map((name) => ({ ...version, model: MODEL, version: name }))
  return { ...catalog, models: { ...catalog.models, [MODEL]: { name: MODEL, versions } } }
}

/** Nothing is sent to the model, so that only an operator moves it: every kind of command, and a gate. */
const DRIVEN: RolloutInput = {
  model: MODEL,
  version: 'v2',
  by: 'ada',
  guards: ['errors'],
  steps: [
    { canaryPercent: 5, gate: { question: 'Seen the answers?' } },
    { canaryPercent: 10 },
    { canaryPercent: 20 },
  ],
  stepMs: 200,
  readEveryMs: 100,
  retryWithinMs: 60_000,
}

/** A rollout that an operator drives back, retries and drives to its end, and one run in the middle of another. */
export async function recordRollouts({ client }: Orchestration, { start, save }: Recorder): Promise<void> {
  const driven = await start('rollout', 'rollout/replay/1', DRIVEN)
  await reach(driven, 'analysing')
  await send(driven, 'pause')
  await send(driven, 'set-weight', { canaryPercent: 7 })
  await send(driven, 'resume')
  await send(driven, 'abort')
  await reach(driven, 'aborted')
  await send(driven, 'retry')
  await reach(driven, 'analysing')
  await send(driven, 'extend')
  await send(driven, 'promote')
  await reach(driven, 'gated')
  await send(driven, 'decide-gate', { decision: 'approve' })
  for (let step = 2; step <= 3; step++) {
    await reach(driven, 'analysing')
    await send(driven, 'promote')
  }
  await driven.result()
  await save('rollout/replay/1', 'rollout')

  const long = await start('rollout', 'rollout/replay/2', { ...DRIVEN, readingsPerRun: 3 })
  const { runId: first } = await long.describe()
  const second = await nextRun(client, first)
  await nextRun(client, second)
  await save('rollout/replay/2', 'rollout-carried', second)
  await send(client.workflow.getHandle('rollout/replay/2'), 'abort')
}

async function send(handle: WorkflowHandle, name: CommandName, more: object = {}): Promise<void> {
  await handle.executeUpdate(ROLLOUT_UPDATES[name], { args: [{ by: 'ada', ...more }] })
}

async function reach(handle: WorkflowHandle, phase: string): Promise<void> {
  while ((await handle.query(rolloutQuery))?.stage.phase !== phase) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The run that follows this one. */
async function nextRun(client: Orchestration['client'], runId: string): Promise<string> {
  for (;;) {
    const { runId: latest } = await client.workflow.getHandle('rollout/replay/2').describe()
    if (latest !== runId) return latest
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
