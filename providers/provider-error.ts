import type { CallFailure, FailureKind } from '../domain/failure.ts'
import type { JsonValue } from '../domain/json.ts'
import type { Usage } from '../domain/usage.ts'

export interface ProviderErrorDetails {
  readonly retryAfterMs?: number
  readonly status?: number
  /** What was spent before it failed, when that is known exactly. */
  readonly usage?: Usage
  readonly rawUsage?: JsonValue
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
