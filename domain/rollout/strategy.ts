import type { DecisionBounds } from './evidence/judge.ts'
import type { Guard } from './guards.ts'
import type { PlainThresholds } from './evidence/thresholds.ts'

export const STRATEGIES = ['canary', 'rolling', 'blue-green', 'shadow'] as const
export type StrategyName = (typeof STRATEGIES)[number]

/**
 * By what a step ends: by `time` while no guard trips, or by `evidence` that the version does no harm. With time, the
 * bound on missed regressions holds only at the last step that needs evidence.
 */
export type Advance = 'time' | 'evidence'

/** A question that a person answers before the rollout goes on. */
export interface Gate {
  readonly question: string
  readonly deadlineMs: number
  /** What time answers when nobody does. */
  readonly onDeadline: 'approve' | 'reject'
}

/** An evaluation that has to pass before the rollout goes on. Not finished in time is not passed. */
export interface Evaluation {
  readonly suite: string
  readonly deadlineMs: number
}

/** One step: set the shares, observe, have the evidence, evaluate, ask; what is left out is not done. */
export interface RolloutStep {
  readonly name: string
  /** The share of requests that the new version answers, 0 to 100. */
  readonly canaryPercent: number
  /** The share of the other requests that it gets as a copy, its answer thrown away, 0 to 100. */
  readonly mirrorPercent: number
  /** How long the step is observed at least, from when its shares are in force. */
  readonly observeMs: number
  readonly advance: Advance
  /** How much longer it may take until it is inconclusive; granted twice. */
  readonly deadlineMs: number
  readonly evaluation?: Evaluation
  readonly gate?: Gate
}

/** A rollout as it will be carried out, everything decided. JSON-safe. */
export interface RolloutPlan extends DecisionBounds {
  readonly model: string
  /** The last version that held 100 %: what a rollback returns to. */
  readonly stableVersion: string
  readonly canaryVersion: string
  readonly strategy: StrategyName
  readonly steps: readonly RolloutStep[]
  readonly guards: readonly Guard[]
  /** Plain limits beside the guards, for those who want them; they bound no error rate. */
  readonly thresholds?: PlainThresholds
  /** Failures of the canary in a row that roll back at once, whatever the statistics say; 0: none do. */
  readonly tripwireFailures: number
  /** How often the counts are read. */
  readonly readEveryMs: number
  /** Readings in a row that may fail before the rollout is rolled back. */
  readonly missingReadingsLimit: number
  /** How long loading, warming and probing the version may take. */
  readonly prepareDeadlineMs: number
  /** After a step was inconclusive twice. */
  readonly whenInconclusive: 'hold' | 'revert'
  /** How long a held rollout waits for a person before it reverts. */
  readonly holdMs: number
  /** How long the old version stays loaded once the new one has everything. */
  readonly keepOldMs: number
}

/** Canary requests that have to be measured at a step before time alone may end it: no data is not good data. */
export const MIN_UNITS_PER_STEP = 1

/** Whether a step sends the new version any requests. */
export function hasTraffic({
  canaryPercent,
  mirrorPercent,
}: Pick<RolloutStep, 'canaryPercent' | 'mirrorPercent'>): boolean {
  return canaryPercent > 0 || mirrorPercent > 0
}
