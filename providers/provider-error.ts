import type { CallFailure, FailureKind } from '../domain/failure.ts'
import type { JsonValue } from '../domain/json.ts'
import type { RateLimitReport } from '../domain/limits/rate-limit-report.ts'
import type { Usage } from '../domain/usage.ts'

export interface ProviderErrorDetails {
  readonly retryAfterMs?: number
  readonly status?: number
  /** What was spent before it failed, when that is known exactly. */
  readonly usage?: Usage
  readonly rawUsage?: JsonValue
  /** What the provider said about its limits; absent when none is used up. */
  readonly rateLimit?: RateLimitReport
  readonly cause?: unknown
}

/** The one error that providers throw. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly kind: FailureKind
  readonly details: ProviderErrorDetails

  constructor(kind: FailureKind, message: string, details: ProviderErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.details = details
  }

  /** The same error with what the provider said about its limits. */
  withRateLimit(rateLimit: RateLimitReport): ProviderError {
    return new ProviderError(this.kind, this.message, { ...this.details, rateLimit })
  }

  /** The failure in its JSON-safe form. */
  toFailure(): CallFailure {
    const { retryAfterMs, status } = this.details
    return {
      kind: this.kind,
      message: this.message,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(status === undefined ? {} : { status }),
    }
  }
}
