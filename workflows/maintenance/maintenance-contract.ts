import type { HealthCheckRequest } from '../../domain/maintenance/health/health-check-request.ts'
import type { ModelUpdateRequest } from '../../domain/maintenance/update/model-update-request.ts'
import type { RemediationKind } from '../../domain/maintenance/health/remediation.ts'

/** The members of some, each of which may be left out. */
type Lenient<Request> = {
  readonly [Key in keyof Request]?: Request[Key] extends readonly unknown[] | string | undefined
    ? Request[Key]
    : Partial<Request[Key]>
}

/** Input of `healthCheck`. From the Temporal UI `{}` is enough. */
export type HealthCheckInput = Lenient<HealthCheckRequest>

/** Input of `modelUpdate`. From the Temporal UI `{}` is enough: it proposes what could be rolled out. */
export type ModelUpdateInput = Lenient<ModelUpdateRequest>

/** Input of `remediate`: does one thing about a version that is not well, or about one of its nodes. */
export interface RemediateInput {
  readonly model: string
  readonly version: string
  readonly kind: RemediationKind
  /** For `drain-node`. Default: the nodes that do not have it ready. */
  readonly nodeId?: string
  /** Follows the version's name; default `is not well`. */
  readonly reason?: string
  readonly by?: string
  /** Set by the health check, which has written it down already. */
  readonly id?: string
}
