import type { HealthCheckInput, ModelUpdateInput, RemediateInput } from '../../workflows/contract.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createNodeStore } from '../../store/routing/nodes.ts'
import { FakeNodes } from '../workflows/support/fake-nodes.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import type { Recorder } from './record-traffic.ts'

const HELD = { model: 'held', version: 'v1' }

/** The catalog with a model that GPU nodes hold, which no task uses. */
export function withHeldModel(catalog: Catalog): Catalog {
  const [version] = catalog.models['first']?.versions ?? []
  const endpoint = catalog.endpoints['first']
  if (version === undefined || endpoint === undefined) throw new Error('the catalog has no model first')
  const { model: name } = HELD
  return {
    ...catalog,
    endpoints: {
      ...catalog.endpoints,
      nodes: { ...endpoint, name: 'nodes', provider: 'nodes', kind: 'local' },
    },
    models: { ...catalog.models, [name]: { name, versions: [{ ...version, ...HELD, endpoint: 'nodes' }] } },
  }
}

/**
 * A health check that asks vendors; one that takes a version out and has its host started again; a node that is drained;
 * a model update that proposes, and one whose rollout does not start.
 */
export async function recordMaintenance(system: Orchestration, recorder: Recorder): Promise<void> {
  const { start, save } = recorder
  const probing: HealthCheckInput = { models: ['first', 'second'], probes: { cloud: true }, timeoutMs: 5_000 }
  await (await start('healthCheck', 'maintenance/replay/1', probing)).result()
  await save('maintenance/replay/1', 'health-check')

  await recordRemediation(system, recorder)

  const propose: ModelUpdateInput = {}
  await (await start('modelUpdate', 'maintenance/replay/4', propose)).result()
  await save('maintenance/replay/4', 'model-update')
  const wrong: ModelUpdateInput = { model: 'rolled', version: 'v2', rollout: { startPercent: 200 } }
  await (await start('modelUpdate', 'maintenance/replay/5', wrong)).result().catch(() => undefined)
  await save('maintenance/replay/5', 'model-update-refused')
}

async function recordRemediation(
  { client, database }: Orchestration,
  { start, save }: Recorder,
): Promise<void> {
  const store = createNodeStore(database)
  const lame = new FakeNodes(store, HELD, { a: 'failed' })
  await lame.start(['a'])
  const strict: HealthCheckInput = {
    models: [HELD.model],
    rules: { failuresToLeave: 1 },
    remediation: { policy: 'restart-host' },
  }
  await (await start('healthCheck', 'maintenance/replay/2', strict)).result()
  await client.workflow.getHandle('remediation/held/v1').result()
  lame.stop()
  await save('maintenance/replay/2', 'health-check-remedies')
  await save('remediation/held/v1', 'remediate')

  const well = new FakeNodes(store, HELD, { b: 'ready', c: 'ready' })
  await well.start(['b'])
  const drain: RemediateInput = { ...HELD, kind: 'drain-node', nodeId: 'b', by: 'ada' }
  await (await start('remediate', 'maintenance/replay/3', drain)).result()
  well.stop()
  await save('maintenance/replay/3', 'remediate-drains')
}
