/**
 * What can go wrong with one upstream call. What follows from each (retry here, next candidate, charge)
 * stands in one table: `attempts/next-step.ts`.
 */
export const FAILURE_KINDS = [
  /** 429: the quota is spent; `retryAfterMs` says for how long when the provider does. */
  'rate-limited',
  /** 500, 502, 503, 529: the provider is there but cannot serve. */
  'overloaded',
  /** Nothing was sent: connection refused, DNS, a model host that is gone. */
  'unavailable',
  /** No worker took the call from its queue in time: nothing was sent. */
  'not-taken',
  /** Time ran out before the request was sent. */
  'timeout-before-send',
  /** Time ran out, or the connection broke, after it was sent: the provider may have billed it. */
  'timeout-after-send',
  /** The prompt and the answer do not fit the context window. */
  'context-too-long',
  /** The provider's policy filter rejected the prompt. */
  'content-policy',
  'authentication',
  'billing',
  'bad-request',
  /** The provider answered something that is no answer. */
  'invalid-response',
  /** The answer is larger than a payload may be. */
  'output-too-large',
  /** The worker died in the middle of the call: the outcome is unknown. */
  'worker-lost',
  /** The caller gave up; the call was stopped. */
  'cancelled',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** One failed upstream call. */
export interface CallFailure {
  readonly kind: FailureKind
  /** What happened and, where there is something to do about it, what to do. */
  readonly message: string
  /** How long the provider asked to wait, in milliseconds. */
  readonly retryAfterMs?: number
  /** The HTTP status where there was one. */
  readonly status?: number
}
