import type { ExperimentDefinition } from './definition.ts'
import type { ExperimentFindings, ExperimentVerdict } from './judge-experiment.ts'

/** What was found at a look. Times in milliseconds since the epoch. */
export interface ExperimentReport extends ExperimentFindings {
  readonly lookedAtMs: number
  /** Requests from before this moment are counted; later ones may not have ended. */
  readonly countedUntilMs: number
}

/** Why an experiment is over. */
export type EndReason = 'decided' | 'stopped' | 'time-is-up' | 'units-are-used-up' | 'lease-lost'

export interface ExperimentEnd {
  readonly reason: EndReason
  readonly atMs: number
  /** Who stopped it. */
  readonly by?: string
  readonly comment?: string
}

/** An experiment as it stands; JSON-safe. Times in milliseconds since the epoch. */
export interface ExperimentState {
  readonly definition: ExperimentDefinition
  /** Who started it. */
  readonly by: string
  readonly startedAtMs: number
  readonly endsAtMs: number
  readonly maxUnits: number
  readonly nextLookAtMs: number
  readonly looks: number
  /** For versions of a model: the epoch in which its traffic has the shares of the experiment. */
  readonly trafficEpoch?: number
  /** Of the last look. */
  readonly report?: ExperimentReport
  readonly end?: ExperimentEnd
  /** How often it was given more time or units. */
  readonly extensions: number
}

export function startExperiment(
  definition: ExperimentDefinition,
  {
    by,
    nowMs,
    trafficEpoch,
  }: { readonly by: string; readonly nowMs: number; readonly trafficEpoch?: number },
): ExperimentState {
  const { everyMs, maxDurationMs, maxUnits } = definition.looks
  return {
    definition,
    by,
    startedAtMs: nowMs,
    endsAtMs: nowMs + maxDurationMs,
    maxUnits,
    nextLookAtMs: nowMs + Math.min(everyMs, maxDurationMs),
    looks: 0,
    extensions: 0,
    ...(trafficEpoch === undefined ? {} : { trafficEpoch }),
  }
}

/** The state after a look: it ends where that decided, or where there will be no further look. */
export function afterLook(state: ExperimentState, report: ExperimentReport): ExperimentState {
  if (state.end !== undefined) return state
  const { everyMs } = state.definition.looks
  const atMs = report.lookedAtMs
  const nextLookAtMs = Math.max(atMs + 1, Math.min(atMs + everyMs, state.endsAtMs))
  const looked = { ...state, report, looks: state.looks + 1, nextLookAtMs }
  const reason = endAfter(looked, report)
  return reason === undefined ? looked : { ...looked, end: { reason, atMs } }
}

function endAfter(
  state: ExperimentState,
  { verdict, units, lookedAtMs }: ExperimentReport,
): EndReason | undefined {
  if (verdict.kind !== 'undecided') return 'decided'
  if (units >= state.maxUnits) return 'units-are-used-up'
  return lookedAtMs >= state.endsAtMs ? 'time-is-up' : undefined
}

/** Ends it as it stands. */
export function endExperiment(state: ExperimentState, end: ExperimentEnd): ExperimentState {
  return state.end === undefined ? { ...state, end } : state
}

/** More time and more units, in milliseconds and units beyond what it has. Allowed at any time: looks stay valid. */
export interface Extension {
  readonly durationMs: number
  readonly units: number
}

export function extendExperiment(state: ExperimentState, { durationMs, units }: Extension): ExperimentState {
  if (state.end !== undefined) return state
  return {
    ...state,
    endsAtMs: state.endsAtMs + durationMs,
    maxUnits: state.maxUnits + units,
    extensions: state.extensions + 1,
  }
}

/** What it ended with, or what stands now. */
export function verdictOf({ report }: ExperimentState): ExperimentVerdict {
  return report?.verdict ?? { kind: 'undecided', reason: 'nobody has looked yet' }
}
