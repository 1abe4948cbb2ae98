import { type ExperimentInput, experimentQuery, stopExperimentUpdate } from '../../workflows/contract.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import type { Recorder } from './record-traffic.ts'

const PROMPTS: ExperimentInput = {
  id: 'replayed',
  kind: 'prompts',
  metric: 'answered-well',
  variants: [{ name: 'plain' }, { name: 'warm', systemPrompt: 'Be warm.' }],
  lookEveryMs: 300,
  wakesPerRun: 3,
}

const VERSIONS: ExperimentInput = {
  id: 'replayed-versions',
  kind: 'model-versions',
  model: 'shared',
  metric: 'latency-ms',
  variants: [{ name: 'v1' }, { name: 'v2' }],
  lookEveryMs: 300,
  leaseMs: 4000,
}

/** A run of a prompt experiment that was carried on and is stopped, a call with its variant, and one about versions. */
export async function recordExperiments({ client }: Orchestration, { start, save }: Recorder): Promise<void> {
  const { workflowId } = await start('experiment', 'experiment/replayed', PROMPTS)
  const prompts = client.workflow.getHandle(workflowId)
  const first = (await prompts.describe()).runId
  while (((await prompts.query(experimentQuery))?.looks ?? 0) < 4) await pause(100)
  await (await start('modelCall', 'call/replay/8', { prompt: 'hello', experiment: PROMPTS.id })).result()
  await prompts.executeUpdate(stopExperimentUpdate, { args: [{ by: 'ada' }] })
  await prompts.result()
  const versions = await start('experiment', 'experiment/replayed-versions', VERSIONS)
  // Long enough for a look and for renewing its lease.
  while (((await versions.query(experimentQuery))?.looks ?? 0) < 5) await pause(100)
  await versions.executeUpdate(stopExperimentUpdate, { args: [{ by: 'ada', comment: 'seen' }] })
  await versions.result()
  await save(workflowId, 'experiment', first)
  await save(workflowId, 'experiment-carried')
  await save('call/replay/8', 'model-call-variant')
  await save('experiment/replayed-versions', 'experiment-versions')
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
