import type { OptimisationAction } from './actions.ts'
import type { OptimisationRequest } from './request.ts'

/** A difference as a share of what was before: 0.1 is 10 % more. */
export interface Change {
  readonly share: number
  /** Holds the true change with the confidence of the run; absent where it was measured once. */
  readonly interval?: { readonly from: number; readonly to: number }
}

/** One quantity before and after. */
export interface Figure {
  /** `tokens/s`, `p95 first token` */
  readonly name: string
  readonly unit: '' | 'tokens/s' | 'ms' | 'bytes' | 'rows' | 'nats/token' | 'nano-USD'
  readonly before: number
  readonly after: number
  /** Absent where before is 0. */
  readonly change?: Change
}

/** How a change did that was tried. */
export const TRIAL_OUTCOMES = ['better', 'no-gain', 'worse', 'out-of-bounds', 'failed'] as const
export type TrialOutcome = (typeof TRIAL_OUTCOMES)[number]

/** A change that was tried beside what is. */
export interface TriedChange {
  /** `slots 4`, or the version that was compared. */
  readonly name: string
  readonly outcome: TrialOutcome
  /** A sentence for people. */
  readonly reason: string
  readonly figures: readonly Figure[]
}

/**
 * `kept`: it was made, helped and stays; `proposed`: it helped and waits for somebody; `rolling-out`: a rollout has it;
 * `reverted`: it was tried and is gone again; `unchanged`: there was nothing to do; `failed`: it could not be tried.
 */
export const VERDICTS = ['kept', 'proposed', 'rolling-out', 'reverted', 'unchanged', 'failed'] as const
export type OptimisationVerdict = (typeof VERDICTS)[number]

/** What is to be done by others with what was found. */
export interface Proposal {
  /** The version that holds the change. */
  readonly version: string
  /** What to add to the catalog, in YAML; absent where the catalog has it. */
  readonly snippet?: string
  /** The command that moves traffic to it. */
  readonly command: string
  /** The workflow that does, where it was started. */
  readonly rolloutId?: string
}

/** What came of one action, on one version or on the system. */
export interface OptimisationResult {
  readonly action: OptimisationAction
  readonly model?: string
  readonly version?: string
  readonly nodeId?: string
  readonly verdict: OptimisationVerdict
  /** A sentence for people. */
  readonly reason: string
  readonly tried: readonly TriedChange[]
  readonly proposal?: Proposal
}

/** A result as it was recorded. Times in milliseconds since the epoch. */
export interface RecordedResult extends OptimisationResult {
  readonly number: number
  readonly endedAtMs: number
}

export type OptimisationStatus = 'running' | 'completed' | 'cancelled' | 'failed'

/** One run of the workflow. */
export interface OptimisationRun {
  /** The id of the run: its workflow may run again under the same workflow id. */
  readonly runId: string
  readonly workflowId: string
  readonly by: string
  readonly request: OptimisationRequest
  readonly status: OptimisationStatus
  readonly startedAtMs: number
  readonly endedAtMs?: number
  readonly results: readonly RecordedResult[]
}

/** A figure with its change. */
export function toFigure(name: string, unit: Figure['unit'], before: number, after: number): Figure {
  return { name, unit, before, after, ...(before === 0 ? {} : { change: { share: after / before - 1 } }) }
}
