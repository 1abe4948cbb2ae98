import type { HealthStatus } from './health-state.ts'
import type { VersionName } from '../../nodes/node.ts'

/** A version at the endpoint where it is called. */
export interface CheckedVersion extends VersionName {
  readonly endpoint: string
}

/** What the last checks of a version at its endpoint say. Times in milliseconds since the epoch. */
export interface VersionHealth extends CheckedVersion {
  readonly status: HealthStatus
  /** Failures in a row while it is failing, passes while it is out, good calls while it returns. */
  readonly consecutive: number
  /** Why it is not healthy; follows its name. */
  readonly reason?: string
  /** Of its usual requests: 100 healthy, 0 out, a few while it returns. */
  readonly sharePercent: number
  readonly changedAtMs: number
  readonly checkedAtMs: number
}

/** What nobody has looked at for so long is not known any more, in milliseconds. */
const HEALTH_FORGOTTEN_MS = 10 * 60_000

/** Whether a check is so young that it still says something: versions nobody looks at any more left the catalog. */
export function isHealthKnown({ checkedAtMs }: Pick<VersionHealth, 'checkedAtMs'>, nowMs: number): boolean {
  return nowMs - checkedAtMs < HEALTH_FORGOTTEN_MS
}

/** Names a version at its endpoint. */
export function checkedVersionKey({ model, version, endpoint }: CheckedVersion): string {
  return `${model}@${version}@${endpoint}`
}

/** Operations of health checks begin with this: they say nothing about what users meet. */
export const PROBE_PREFIX = 'probe/'

/** The operation of one probe. */
export function probeOperationId(workflowId: string, { model, version }: VersionName): string {
  return `${PROBE_PREFIX}${workflowId}/${model}/${version}`
}
