import type { FailureKind } from '../../domain/failure.ts'

/** What an HTTP status means where the body does not say more. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return 'authentication'
  if (status === 402) return 'billing'
  if (status === 413) return 'context-too-long'
  if (status === 429) return 'rate-limited'
  // A gateway gave up waiting: the model behind it may have answered, and billed.
  if (status === 408 || status === 504 || status === 524) return 'timeout-after-send'
  return status >= 500 ? 'overloaded' : 'bad-request'
}
