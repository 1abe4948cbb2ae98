import { type EndpointSign, isUnwell } from '../../domain/limits/breaker.ts'
import { FAILURE_POLICIES } from '../../domain/attempts/failure-policy.ts'
import type { EndedCall } from '../limits/limit-books.ts'
import type { ReservedAttempt } from './settle-attempts.ts'
import type { SettlementRecord } from './ledger.ts'

/**
 * A limit that is used up is a hint, and its reset may be the time until all of it is free again: the pool pauses no
 * longer than this for it, in milliseconds. What a vendor asks for in `Retry-After` is kept to in full.
 */
const LONGEST_HINT_MS = 15_000

/** The settlements that say something about an endpoint or a pool; a success at a well endpoint says nothing new. */
export function endedCalls(
  records: readonly SettlementRecord[],
  rows: ReadonlyMap<string, ReservedAttempt>,
): readonly EndedCall[] {
  return records.flatMap((record): readonly EndedCall[] => {
    const row = rows.get(record.attemptId)
    if (row?.status !== 'open') return []
    const { attemptId, endpoint, quotaPool } = row
    const sign = signOf(record)
    const hintMs = Math.min(LONGEST_HINT_MS, record.rateLimit?.exhaustedForMs ?? 0)
    const pauseMs = Math.max(record.failure?.retryAfterMs ?? 0, hintMs)
    const isNews = sign === 'failure' || pauseMs > 0 || (row.breaker !== null && isUnwell(row.breaker))
    return isNews ? [{ attemptId, endpoint, pool: quotaPool, sign, pauseMs }] : []
  })
}

/** An attempt that the sweeper closed has no failure: nobody knows how its call went. */
function signOf({ status, failure }: SettlementRecord): EndpointSign {
  if (failure !== undefined) return FAILURE_POLICIES[failure.kind].endpoint
  return status === 'completed' ? 'success' : 'neither'
}
