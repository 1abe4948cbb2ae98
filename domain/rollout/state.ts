import { type Bets, NO_BETS } from './evidence/betting.ts'
import type { GuardEvidence } from './evidence/judge.ts'
import type { RecentCanary } from './evidence/thresholds.ts'
import type { RolloutPlan } from './strategy.ts'

/** Why a rollout goes back. */
export type RollbackCause =
  | 'guard'
  | 'tripwire'
  | 'threshold'
  | 'missing-data'
  | 'inconclusive'
  | 'gate'
  | 'evaluation'
  | 'version-lost'
  | 'operator'

/** Where in the plan a rollout stands once its shares are in force. Times in milliseconds since the epoch. */
export interface StepPlace {
  readonly index: number
  readonly enteredAtMs: number
  /** It has been observed long enough when everything up to here was measured. */
  readonly observeUntilMs: number
  /** Canary units that had been measured before it. */
  readonly unitsBefore: number
}

/** The steps' own phases, the ones that can be paused. */
export type StepStage =
  /** The shares of step `index` are being set. */
  | { readonly phase: 'shifting'; readonly index: number }
  | { readonly phase: 'observing'; readonly at: StepPlace }
  /** Observed long enough; what the step needs is not there yet. Extended once when time runs out. */
  | {
      readonly phase: 'analysing'
      readonly at: StepPlace
      readonly deadlineAtMs: number
      readonly isExtended: boolean
    }
  /** Inconclusive twice: waits for a person, then reverts. Goes on by itself should the evidence come. */
  | { readonly phase: 'held'; readonly at: StepPlace; readonly deadlineAtMs: number }
  | {
      readonly phase: 'evaluating'
      readonly at: StepPlace
      readonly deadlineAtMs: number
      /** Set when it passed while the rollout was paused. */
      readonly hasPassed?: true
    }
  | { readonly phase: 'gated'; readonly at: StepPlace; readonly deadlineAtMs: number }

export type RolloutStage =
  /** Loading, warming and probing the version; no traffic yet. */
  | { readonly phase: 'preparing'; readonly deadlineAtMs: number }
  | StepStage
  /** The clock of `stage` stands still; guards, tripwire and limits do not. */
  | { readonly phase: 'paused'; readonly stage: StepStage; readonly pausedAtMs: number }
  /** The shares of 100 % are being set. */
  | { readonly phase: 'promoting' }
  /** The new version has everything; the old one is still loaded, for an instant return. */
  | { readonly phase: 'keeping-old'; readonly untilMs: number }
  /** The shares of the stable version are being restored. */
  | { readonly phase: 'rolling-back'; readonly cause: RollbackCause; readonly reason: string }
  /** Ended well, at the share of its last step. */
  | { readonly phase: 'completed' }
  /** Ended by its own judgement, back where it was. */
  | { readonly phase: 'rolled-back'; readonly cause: RollbackCause; readonly reason: string }
  /** Ended by an operator, back where it was. */
  | { readonly phase: 'aborted'; readonly reason: string }
  /** Ended without moving anything itself: never ready, or the lease was lost. */
  | { readonly phase: 'failed'; readonly reason: string }

/** One entry of the record. */
export interface RolloutDecision {
  readonly atMs: number
  /** An operator, or `switchyard`. */
  readonly by: string
  /** One sentence or two. */
  readonly text: string
}

/** A command that was taken: the same id again changes nothing. */
export interface TakenCommand {
  readonly requestId: string
  /** What was commanded, as JSON, to tell a repetition from a mistake. */
  readonly command: string
}

/** Everything a rollout remembers; JSON-safe. */
export interface RolloutState {
  readonly plan: RolloutPlan
  readonly stage: RolloutStage
  /** From 1; a retry is a new try with new evidence. */
  readonly tryNumber: number
  /** Requests assigned from here on count. Milliseconds since the epoch, like all times. */
  readonly countFromMs: number
  /** Everything assigned before it has been counted. */
  readonly watermarkMs: number
  readonly nextReadingAtMs: number
  /** Readings in a row that failed. */
  readonly missingReadings: number
  /** Number of the last change of shares that was asked for: a change is carried out once, whatever happens. */
  readonly change: number
  readonly canaryPercent: number
  readonly mirrorPercent: number
  /** The time limits that were frozen when the rollout began, by guard, in milliseconds. */
  readonly limitsMs: Readonly<Record<string, number>>
  readonly evidence: readonly GuardEvidence[]
  /** Of the quality guard. */
  readonly bets: Bets
  readonly recent?: RecentCanary
  readonly history: readonly RolloutDecision[]
  readonly taken: readonly TakenCommand[]
}

/** Who decides when nobody does. */
export const BY_ITSELF = 'switchyard'

/** Phases in which nothing is left to do. */
export const FINAL_PHASES = ['completed', 'rolled-back', 'aborted', 'failed'] as const

/** What a new try begins with; nothing of an earlier one counts. */
export function freshTry(
  plan: RolloutPlan,
  nowMs: number,
): Omit<RolloutState, 'plan' | 'tryNumber' | 'change' | 'history' | 'taken' | 'recent'> {
  return {
    stage: { phase: 'preparing', deadlineAtMs: nowMs + plan.prepareDeadlineMs },
    countFromMs: nowMs,
    watermarkMs: nowMs,
    nextReadingAtMs: nowMs + plan.readEveryMs,
    missingReadings: 0,
    canaryPercent: 0,
    mirrorPercent: 0,
    limitsMs: {},
    evidence: [],
    bets: NO_BETS,
  }
}

/** Whether a rollout has ended. A retry can still begin it anew. */
export function isFinal({ phase }: RolloutStage): boolean {
  return FINAL_PHASES.some((final) => final === phase)
}

/** Units of the canary that were measured, at the guard that saw most. */
export function canaryUnits({ evidence }: Pick<RolloutState, 'evidence'>): number {
  return evidence.reduce((most, { canary }) => Math.max(most, canary.units), 0)
}
