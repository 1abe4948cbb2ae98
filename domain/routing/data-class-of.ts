import { allowedDataClasses, type DataClass } from '../catalog/deployment.ts'
import type { Endpoint } from '../catalog/model.ts'
import { deploymentOf } from '../catalog/endpoint-defaults.ts'
import type { ModelRequest } from '../model-request.ts'
import type { RouteFacts } from './route-facts.ts'

/** How sensitive a request is: as it says, else as the tenant's requests are, else `public`. */
export function dataClassOf(
  { dataClass }: Pick<ModelRequest, 'dataClass'>,
  { tenant }: Pick<RouteFacts, 'tenant'>,
): DataClass {
  return dataClass ?? tenant?.dataClass ?? 'public'
}

/** Whether content of this class may be sent to an endpoint. */
export function mayTake(endpoint: Pick<Endpoint, 'deployment' | 'kind'>, dataClass: DataClass): boolean {
  return allowedDataClasses(deploymentOf(endpoint)).includes(dataClass)
}
