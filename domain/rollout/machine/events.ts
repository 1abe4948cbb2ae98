import type { GuardCounts } from '../evidence/counts.ts'
import type { RecentCanary } from '../evidence/thresholds.ts'
import type { RolloutState } from '../state.ts'

/** Matched pairs of scores since the rollout began, from pair number `from` (0 is the first) on. */
export interface QualityPairs {
  readonly from: number
  /** Score of the canary minus score of the stable arm, -1 to 1. */
  readonly differences: readonly number[]
}

/** What an operator may ask for. */
export type RolloutCommand =
  | { readonly name: 'pause' }
  | { readonly name: 'resume' }
  /** Ends the step as if it had what it needs; not the one before 100 %. */
  | { readonly name: 'promote' }
  /** Everything to the new version, now; the operator takes the risk. */
  | { readonly name: 'promote-full' }
  | { readonly name: 'abort' }
  /** Begins an ended rollout anew. */
  | { readonly name: 'retry' }
  /** Gives an inconclusive step its time once more. */
  | { readonly name: 'extend' }
  | { readonly name: 'set-weight'; readonly canaryPercent: number }
  | { readonly name: 'decide-gate'; readonly decision: 'approve' | 'reject' }

export type CommandName = RolloutCommand['name']

/** What happens to a rollout. `atMs`: milliseconds since the epoch. */
export type RolloutEvent =
  /** The version is loaded, warmed and probed. `limitsMs`: the stable arm's 95th percentiles, by guard. */
  | {
      readonly kind: 'prepared'
      readonly atMs: number
      readonly limitsMs: Readonly<Record<string, number>>
    }
  | { readonly kind: 'preparing-failed'; readonly atMs: number; readonly reason: string }
  /** The shares of change number `change` are in force. */
  | { readonly kind: 'shares-applied'; readonly atMs: number; readonly change: number }
  /** Time has passed. */
  | { readonly kind: 'ticked'; readonly atMs: number }
  /**
   * Everything that was assigned from `countFromMs` to `watermarkMs` was counted, totals and not what is new, together
   * with late verdicts at the weight of their request. What is not known yet has to be equally late on both arms: a
   * request that was assigned after the watermark is left out even when it has ended, and one before it that has not is
   * `missing`; else the slower arm would look the better one for a while.
   */
  | {
      readonly kind: 'counts-observed'
      readonly atMs: number
      readonly watermarkMs: number
      readonly counts: readonly GuardCounts[]
      readonly recent?: RecentCanary
      readonly quality?: QualityPairs
    }
  /** A reading failed or had nothing to show. */
  | { readonly kind: 'counts-missing'; readonly atMs: number; readonly reason: string }
  | {
      readonly kind: 'evaluation-finished'
      readonly atMs: number
      /** Of which step, and in which try. */
      readonly index: number
      readonly tryNumber: number
      readonly hasPassed: boolean
      readonly summary: string
    }
  /** No node holds the new version any more. */
  | { readonly kind: 'version-lost'; readonly atMs: number; readonly reason: string }
  /** The model belongs to another rollout, or to none; its shares are not ours to set. */
  | { readonly kind: 'lease-lost'; readonly atMs: number; readonly reason: string }
  | {
      readonly kind: 'commanded'
      readonly atMs: number
      /** Names the request: sent again, it changes nothing. */
      readonly requestId: string
      readonly by: string
      readonly command: RolloutCommand
      readonly comment?: string
    }

/** What the workflow is to do. Each can be done again without harm. */
export type RolloutAction =
  /** Before a retry; refused by the model's entity when another rollout has begun meanwhile. */
  | { readonly kind: 'take-lease' }
  | { readonly kind: 'prepare'; readonly version: string }
  /** Answered by `shares-applied` with the same `change`. */
  | {
      readonly kind: 'set-shares'
      readonly change: number
      readonly canaryPercent: number
      readonly mirrorPercent: number
    }
  /** All traffic back to the last version that held 100 %. Answered by `shares-applied`. */
  | { readonly kind: 'revert'; readonly change: number; readonly toVersion: string }
  /** Answered by `counts-observed` or `counts-missing`. */
  | { readonly kind: 'read-counts'; readonly fromMs: number }
  /** Answered by `evaluation-finished`. */
  | {
      readonly kind: 'evaluate'
      readonly index: number
      readonly tryNumber: number
      readonly suite: string
    }
  /** A person has to decide: an open gate, or an inconclusive step. */
  | { readonly kind: 'ask-person'; readonly question: string; readonly deadlineAtMs: number }
  /** No traffic reaches it any more. */
  | { readonly kind: 'unload'; readonly version: string }
  | { readonly kind: 'release-lease' }

/** What follows from an event. */
export interface Transition {
  readonly state: RolloutState
  /** To be carried out in this order. */
  readonly actions: readonly RolloutAction[]
  /** Why a command was not taken, a sentence for its operator; the state is then unchanged. */
  readonly refusal?: string
}
