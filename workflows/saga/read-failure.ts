import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow'
import { CALL_FAILURE_TYPE, type CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import type { FailureKind } from '../../domain/failure.ts'
import { simpleUsage } from '../../domain/usage.ts'

/** The message of a call that was cancelled while no worker had taken it. */
export const CANCELLED_UNTAKEN = 'cancelled before a worker took the call'

/** Nothing was sent, so nothing can have been billed. */
const NOTHING_SPENT = simpleUsage(0, 0)

/** Turns what a call activity ended with into its typed failure. */
export function readCallFailure(error: unknown): CallFailureDetails {
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof ApplicationFailure && cause.type === CALL_FAILURE_TYPE) {
    const [details] = cause.details ?? []
    if (isCallFailureDetails(details)) return details
  }
  if (cause instanceof CancelledFailure) {
    // The activity itself reports how it was stopped; this is a call that no worker had taken yet.
    return {
      failure: { kind: 'cancelled', message: CANCELLED_UNTAKEN },
      usage: NOTHING_SPENT,
    }
  }
  if (cause instanceof TimeoutFailure) return { failure: readTimeout(cause) }
  return { failure: { kind: 'worker-lost', message: cause instanceof Error ? cause.message : String(cause) } }
}

function readTimeout({ timeoutType }: TimeoutFailure): {
  readonly kind: FailureKind
  readonly message: string
} {
  switch (timeoutType) {
    case 'SCHEDULE_TO_START':
      return {
        kind: 'not-taken',
        message: 'no worker took the call in time: is one running for its queue?',
      }
    case 'HEARTBEAT':
      return { kind: 'worker-lost', message: 'the worker died during the call' }
    default:
      return { kind: 'timeout-after-send', message: 'the call did not end in time' }
  }
}

function isCallFailureDetails(details: unknown): details is CallFailureDetails {
  return typeof details === 'object' && details !== null && 'failure' in details
}
