import type { Catalog, Endpoint } from './model.ts'
import type { Deployment } from './deployment.ts'
import type { QuotaPool } from './quota-pool.ts'

/** Where an endpoint's models run: as the catalog says, else on-premise for local ones, at a vendor for others. */
export function deploymentOf({ deployment, kind }: Pick<Endpoint, 'deployment' | 'kind'>): Deployment {
  return deployment ?? (kind === 'local' ? 'on-premise' : 'cloud-api')
}

/** The name of the pool whose limits count for an endpoint: as the catalog says, else one of its own. */
export function quotaPoolOf({ quotaPool, name }: Pick<Endpoint, 'quotaPool' | 'name'>): string {
  return quotaPool ?? name
}

/** The limits of the pool that an endpoint draws on; none where the catalog states none. */
export function quotaLimitsOf(
  catalog: Pick<Catalog, 'quotaPools'>,
  endpoint: Pick<Endpoint, 'quotaPool' | 'name'>,
): QuotaPool {
  return catalog.quotaPools?.[quotaPoolOf(endpoint)] ?? {}
}
