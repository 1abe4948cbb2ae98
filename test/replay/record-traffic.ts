import type { WorkflowHandle } from '@temporalio/client'
import type { Catalog } from '../../domain/catalog/model.ts'
import { changeTrafficUpdate, trafficQuery } from '../../workflows/traffic-contract.ts'
import { modelTrafficStart } from '../../workers/traffic/entity.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import type { TrafficCommand } from '../../domain/traffic/traffic-command.ts'

const MODEL = 'shared'
const HOLDER = { holder: 'rollout/replay', runId: 'run-1' } as const

/** What recording needs of its surroundings. */
export interface Recorder {
  readonly start: (type: string, workflowId: string, input: object) => Promise<WorkflowHandle>
  readonly save: (workflowId: string, kind: string, runId?: string) => Promise<void>
}

/** The catalog with a model of two versions, which no task uses. */
export function withSharedModel(catalog: Catalog): Catalog {
  const [version] = catalog.models['first']?.versions ?? []
  if (version === undefined) throw new Error('the catalog has no model first')
  const versions = ['v1', 'v2'].map((name) => ({ ...version, model: MODEL, version: name }))
  return { ...catalog, models: { ...catalog.models, [MODEL]: { name: MODEL, versions } } }
}

/**
 * Two runs of an entity: one that begins, whose lease ends by itself, and that continues as new; and one that is
 * carried on and promotes. Between them a call with its copy.
 */
export async function recordTraffic({ client }: Orchestration, { start, save }: Recorder): Promise<void> {
  const entity = await client.workflow.start('modelTraffic', {
    ...modelTrafficStart(MODEL),
    args: [{ model: MODEL, commandsPerRun: 4 }],
  })
  const send = (command: TrafficCommand) => entityOf().executeUpdate(changeTrafficUpdate, { args: [command] })
  const entityOf = () => client.workflow.getHandle(entity.workflowId)
  const runId = async () => (await entityOf().describe()).runId
  const first = await runId()
  await send({ kind: 'take-lease', ...HOLDER, version: 'v2', ttlMs: 1000 })
  await send({ kind: 'set-shares', ...HOLDER, change: 1, canaryPercent: 5, mirrorPercent: 0 })
  while ((await entityOf().query(trafficQuery))?.lease !== undefined) await pause(100)
  await send({ kind: 'take-lease', ...HOLDER, version: 'v2', ttlMs: 600_000 })
  await send({ kind: 'set-shares', ...HOLDER, change: 1, canaryPercent: 0, mirrorPercent: 100 })
  while ((await runId()) === first) await pause(100)
  const second = await runId()
  // Routing looks at the table once a second.
  await pause(1500)
  await (await start('modelCall', 'call/replay/7', { prompt: 'hello', model: MODEL })).result()
  await client.workflow.getHandle('call/replay/7/mirror').result()
  await send({ kind: 'register', versions: [] })
  await send({ kind: 'renew-lease', ...HOLDER })
  await send({ kind: 'set-shares', ...HOLDER, change: 2, canaryPercent: 100, mirrorPercent: 0 })
  await send({ kind: 'release-lease', ...HOLDER, outcome: 'kept' })
  while ((await runId()) === second) await pause(100)
  await save(entity.workflowId, 'model-traffic', first)
  await save(entity.workflowId, 'model-traffic-carried', second)
  await save('call/replay/7', 'model-call-mirrored')
  await save('call/replay/7/mirror', 'mirror-call')
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
