import { isRecord } from '../../reading/composites.ts'
import { describeValue, INVALID, type Reader } from '../../reading/reader.ts'
import { healthCheckRequest } from '../health/health-check-request.ts'
import { modelUpdateRequest } from '../update/model-update-request.ts'
import { rolloutRequest } from '../../rollout/planning/rollout-request.ts'

/** A workflow that schedules may start, by its type. */
export interface MaintenanceKind {
  /** For the Temporal UI and for lists. */
  readonly summary: string
  /** Looks at the input as the workflow will; what it reads is not used. */
  readonly input: Reader<unknown>
  /** A run that takes longer is ended, in milliseconds. Absent: it takes as long as it takes. */
  readonly timeoutMs?: number
}

const MINUTE_MS = 60_000

const anyObject: Reader<unknown> = (value, path, problems) => {
  if (isRecord(value)) return value
  problems.add(path, `must be an object, not ${describeValue(value)}`)
  return INVALID
}

/** What belongs to the workflow of a rollout and not to its plan. */
const rolloutInput: Reader<unknown> = (value, path, problems) => {
  if (!isRecord(value)) return anyObject(value, path, problems)
  const { by: _by, retryWithinMs: _wait, readingsPerRun: _readings, ...request } = value
  return rolloutRequest(request, path, problems)
}

/** Everything that can be scheduled, by the type of its workflow. */
export const MAINTENANCE_KINDS = {
  healthCheck: {
    summary: 'looks at every version in use and asks it for one token',
    input: healthCheckRequest,
    timeoutMs: 10 * MINUTE_MS,
  },
  modelUpdate: { summary: 'looks for versions that were never used', input: modelUpdateRequest },
  rollout: { summary: "moves a model's traffic to another version", input: rolloutInput },
  checkAlerts: {
    summary: 'asks every rule of the alerts and tells what is new',
    input: anyObject,
    timeoutMs: 10 * MINUTE_MS,
  },
  optimise: { summary: 'measures settings off the serving path', input: anyObject },
} as const satisfies Readonly<Record<string, MaintenanceKind>>

export type MaintenanceKindName = keyof typeof MAINTENANCE_KINDS

/** What there is, in this order. */
export const MAINTENANCE_KIND_NAMES = Object.keys(MAINTENANCE_KINDS).filter(
  (name): name is MaintenanceKindName => name in MAINTENANCE_KINDS,
)

export function maintenanceKind(name: MaintenanceKindName): MaintenanceKind {
  return MAINTENANCE_KINDS[name]
}
