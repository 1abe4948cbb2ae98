import { Client } from '@temporalio/client'
import { modelTrafficStart } from './entity.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import { WORKFLOW_TYPES } from '../../workflows/contract.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/**
 * Sees to it that every model whose traffic is shared out has its entity: one that was terminated, or lost with
 * Temporal's store, begins anew and takes back the shares that nobody answers for any more. Any number of orchestrators
 * may call it.
 */
export async function startModelTraffic(
  {
    connection,
    namespace,
    dataConverter,
  }: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>,
  routingTable: Pick<RoutingTable, 'read'>,
  { models: known }: Pick<Catalog, 'models'>,
): Promise<void> {
  const client = new Client({ connection, namespace, dataConverter })
  const models = Object.keys(await routingTable.read()).filter((model) => Object.hasOwn(known, model))
  await Promise.all(
    models.map((model) => client.workflow.start(WORKFLOW_TYPES.modelTraffic, modelTrafficStart(model))),
  )
}
