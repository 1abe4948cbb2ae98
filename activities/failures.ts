import { ApplicationFailure, cancellationDetails } from '@temporalio/activity'
import { CALL_FAILURE_TYPE, type CallFailureDetails } from '../domain/attempts/call-failure.ts'
import type { FailureKind } from '../domain/failure.ts'
import type { ProviderError } from '../providers/provider-error.ts'

/** A failure of our own making, around the provider's call. */
export function callFailed(
  kind: FailureKind,
  message: string,
  spent: Omit<CallFailureDetails, 'failure'> = {},
): ApplicationFailure {
  return carry({ failure: { kind, message }, ...spent })
}

/**
 * The one place where what a provider throws becomes what Temporal records. Never retryable there: each call may
 * have been billed, so only the workflow decides about another one.
 */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error
  if (isProviderError(error)) return carry(fromProviderError(error))
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  // Not a provider's error, so it is unknown how far the call got: it counts as sent.
  return carry({ failure: { kind: 'worker-lost', message } }, error instanceof Error ? error : undefined)
}

function fromProviderError(error: ProviderError): CallFailureDetails {
  const { usage, rawUsage, rateLimit } = error.details
  const failure = error.toFailure()
  const stopped = failure.kind === 'cancelled' && !wasCancelledByCaller()
  return {
    // A worker that shuts down stops its calls too; nobody gave up on those.
    failure: stopped
      ? { kind: 'worker-lost', message: 'the worker shut down before the call ended' }
      : failure,
    ...(usage === undefined ? {} : { usage }),
    ...(rawUsage === undefined ? {} : { rawUsage }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

function wasCancelledByCaller(): boolean {
  return cancellationDetails()?.cancelRequested ?? false
}

function carry(details: CallFailureDetails, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${details.failure.kind}: ${details.failure.message}`,
    type: CALL_FAILURE_TYPE,
    nonRetryable: true,
    details: [details],
    // Expected on the way to an answer; the workflow reports what it makes of it.
    category: 'BENIGN',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** By shape, because activities know providers by their types only. */
function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === 'ProviderError' && 'toFailure' in error
}
