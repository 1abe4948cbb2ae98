import type { FailureKind } from '../../domain/failure.ts'
import { placeOf } from '../../domain/rollout/assign.ts'
import type { ObservedAttempt } from '../../domain/rollout/guards.ts'
import type { AttemptStatus } from '../ledger/ledger.ts'

/** Whose requests are looked at. */
export interface RolloutArms {
  readonly model: string
  readonly stableVersion: string
  readonly canaryVersion: string
}

/** A row of the ledger as far as it says how a call went. */
export type CallRow = Readonly<{
  version: string
  assignment_key: string | null
  traffic_share: number | null
  status: AttemptStatus
  finish_reason: string | null
  failure_kind: FailureKind | null
  answer_schema: 'valid' | 'invalid' | null
  latency_ms: number | null
  time_to_first_token_ms: number | null
  output_tokens: number | null
}>

/** In no table's name, so that they can be read under any. */
export const CALL_COLUMNS = [
  'version',
  'assignment_key',
  'traffic_share',
  'status',
  'finish_reason',
  'failure_kind',
  'answer_schema',
  'latency_ms',
  'time_to_first_token_ms',
  'output_tokens',
]

/** `undefined` where it was not assigned here: a request that fell back to the other arm says nothing about it. */
export function toAssigned(row: CallRow, { model, canaryVersion }: RolloutArms): ObservedAttempt | undefined {
  const { assignment_key: key, traffic_share: share, version } = row
  if (key === null || share === null) return undefined
  const arm = version === canaryVersion ? 'canary' : 'stable'
  const weight = arm === 'canary' ? rounded(share) : rounded(1 - share)
  const wasAssignedCanary = placeOf(key, model) < weight
  if (weight === 0 || wasAssignedCanary !== (arm === 'canary')) return undefined
  return { arm, weight, key, ...observationOf(row) }
}

/** Shares come from percentages: 1 - 0.95 is to be the same weight as 0.05. */
function rounded(share: number): number {
  return Math.round(share * 1e9) / 1e9
}

/** What is known of a call. One that is still open before the watermark will not be known any more. */
export function observationOf(row: CallRow): Omit<ObservedAttempt, 'arm' | 'weight' | 'key'> {
  const { answer_schema: schema, latency_ms: latencyMs, time_to_first_token_ms: firstMs } = row
  const tokensAfterFirst = (row.output_tokens ?? 0) - 1
  const hasPace = latencyMs !== null && firstMs !== null && tokensAfterFirst > 0
  return {
    outcome: outcomeOf(row),
    ...(schema === null ? {} : { schema }),
    ...(firstMs === null ? {} : { timeToFirstTokenMs: firstMs }),
    ...(hasPace ? { timePerOutputTokenMs: (latencyMs - firstMs) / tokensAfterFirst } : {}),
  }
}

export function outcomeOf({
  status,
  finish_reason: reason,
  failure_kind: kind,
}: CallRow): ObservedAttempt['outcome'] {
  if (status === 'completed')
    return reason === 'refusal' || reason === 'content-filter' ? 'refused' : 'answered'
  return kind ?? (status === 'cancelled' ? 'cancelled' : 'missing')
}
