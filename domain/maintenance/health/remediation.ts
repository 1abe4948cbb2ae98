import { formatUtc } from '../../format-utc.ts'

/**
 * What may be done by itself about a version that is out of routing: load it anew where it is held, move everything away
 * from the node that is not well, or end the rollout that brought it.
 */
export const REMEDIATION_KINDS = ['restart-host', 'drain-node', 'roll-back'] as const
export type RemediationKind = (typeof REMEDIATION_KINDS)[number]

export const REMEDIATION_POLICIES = ['none', ...REMEDIATION_KINDS] as const
export type RemediationPolicy = (typeof REMEDIATION_POLICIES)[number]

/** `refused`: there was nothing that it could have done. */
export type RemediationStatus = 'started' | 'done' | 'refused' | 'failed'

/** One remediation as people see it. Times in milliseconds since the epoch. */
export interface RemediationReport {
  readonly id: string
  readonly model: string
  readonly version: string
  readonly nodeId?: string
  readonly kind: RemediationKind
  readonly reason: string
  readonly status: RemediationStatus
  readonly outcome?: string
  readonly startedAtMs: number
}

/** How often something may be done by itself to one version. */
export interface RemediationLimits {
  /** Between two, in milliseconds. */
  readonly pauseMs: number
  /** In 24 hours. */
  readonly mostADay: number
}

const DAY_MS = 24 * 3_600_000

/**
 * Why nothing more is done to a version for now, or `undefined`.
 * @param startedAtMs when each of its remediations of the last 24 hours began
 */
export function remediationHeld(
  startedAtMs: readonly number[],
  { pauseMs, mostADay }: RemediationLimits,
  nowMs: number,
): string | undefined {
  const lately = startedAtMs.filter((atMs) => nowMs - atMs < DAY_MS).toSorted((left, right) => left - right)
  const last = lately.at(-1)
  if (last === undefined) return undefined
  if (nowMs - last < pauseMs)
    return `the last one was at ${formatUtc(last)}: the next may be at ${formatUtc(last + pauseMs)}`
  return lately.length < mostADay
    ? undefined
    : `there were ${lately.length} in 24 hours: a person has to look`
}
