import type { FailureKind } from '../../failure.ts'
import { FAILURE_POLICIES } from '../../attempts/failure-policy.ts'
import type { Finding } from './inspect.ts'

/** How a completion of one token ended. */
export type ProbeOutcome =
  | { readonly status: 'answered' }
  | { readonly status: 'failed'; readonly kind: FailureKind; readonly message: string }
  /** No worker took it in time: it is gone, or busy with other calls. */
  | { readonly status: 'not-taken' }
  /** It was sent, and no answer came in time. */
  | { readonly status: 'timed-out'; readonly timeoutMs: number }
  /** It was never sent. */
  | { readonly status: 'not-sent'; readonly reason: string }

/** Whether its failure says that many others are served. */
const BUSY: ReadonlySet<FailureKind> = new Set(['overloaded', 'rate-limited', 'cancelled'])

/**
 * What a probe says about the version. A vendor that turns a request down for what it holds, works; one that is too busy
 * to answer serves others.
 * @param isBusy whether all who serve it are at work
 */
export function findingOf(outcome: ProbeOutcome, isBusy: boolean): Finding {
  switch (outcome.status) {
    case 'answered':
      return { status: 'passed' }
    case 'not-sent':
      return { status: 'missed', reason: outcome.reason }
    case 'not-taken':
      return isBusy
        ? { status: 'missed', reason: 'is busy with other calls' }
        : { status: 'failed', reason: 'took no completion of one token in time' }
    case 'timed-out':
      return { status: 'failed', reason: `did not complete one token within ${outcome.timeoutMs} ms` }
    case 'failed':
      return failedProbe(outcome.kind, outcome.message)
  }
}

function failedProbe(kind: FailureKind, message: string): Finding {
  if (BUSY.has(kind)) return { status: 'missed', reason: `is busy: ${message}` }
  if (FAILURE_POLICIES[kind].endpoint === 'success') return { status: 'passed' }
  return { status: 'failed', reason: `did not complete one token: ${message}` }
}
