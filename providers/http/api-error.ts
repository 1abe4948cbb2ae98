import { brokenAnswer, cutAnswer, failedInStream, invalidResponse } from './broken-answer.ts'
import type { CallClock } from './call-clock.ts'
import { type FailureContext, failureMessage } from './failure-message.ts'
import type { FailureKind } from '../../domain/failure.ts'
import { ProviderError } from '../provider-error.ts'
import type { RateLimitWatch } from './rate-limit-watch.ts'
import { type HeaderReader, parseRetryAfter } from './retry-after.ts'

/** What the official SDKs' API errors have in common. */
export interface ApiErrorFacts {
  readonly message: string
  /** Absent when it came inside a stream, or was no HTTP answer at all. */
  readonly status: number | undefined
  readonly headers: HeaderReader | undefined
  /** The body. */
  readonly error: unknown
}

/** What sets one vendor's errors apart. */
export interface VendorErrors<Thrown extends ApiErrorFacts> {
  readonly isApiError: (error: unknown) => error is Thrown
  readonly kindOf: (error: Thrown) => FailureKind
  /** The vendor's own words. */
  readonly describe: (error: Thrown) => string
}

/** The call that failed. */
export interface FailedCall {
  readonly clock: CallClock
  readonly limits: RateLimitWatch
  readonly context: FailureContext
}

/** Turns whatever a call through a vendor's SDK threw into a `ProviderError`. */
export function fromVendorError<Thrown extends ApiErrorFacts>(
  error: unknown,
  vendor: VendorErrors<Thrown>,
  { clock, limits, context }: FailedCall,
): ProviderError {
  const broken = brokenAnswer(error, context)
  if (broken !== undefined) return broken
  if (!vendor.isApiError(error)) return invalidResponse(String(error), context, error)
  if (error.headers !== undefined) limits.read(error.headers)
  const isInStream = error.status === undefined && error.error !== undefined
  if (error.status === undefined && !isInStream) return cutAnswer(error.message, context, error)
  const words = movedTo(error) ?? vendor.describe(error)
  const failed = isInStream ? failedInStream(words, clock, context) : undefined
  return failed ?? fromApiError(error, vendor.kindOf(error), words, context)
}

function fromApiError(
  error: ApiErrorFacts,
  kind: FailureKind,
  words: string,
  context: FailureContext,
): ProviderError {
  const { status, headers } = error
  const retryAfterMs = headers === undefined ? undefined : parseRetryAfter(headers, Date.now())
  return new ProviderError(kind, failureMessage(kind, words, context), {
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function movedTo({ status, headers }: ApiErrorFacts): string | undefined {
  const location = headers?.get('location')
  return status !== undefined && status < 400 && location
    ? `${status}: the address moved to ${location}; set that as the base URL`
    : undefined
}
