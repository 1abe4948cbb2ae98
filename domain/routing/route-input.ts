import type { Candidate } from './candidate.ts'
import type { Capability } from '../catalog/model.ts'
import type { DataClass } from '../catalog/deployment.ts'
import type { NanoUsd } from '../money.ts'
import type { Complexity, OptimisationTarget, TaskType } from '../model-request.ts'
import type { ScoreWeights } from '../catalog/score-weights.ts'

/** How the circuit of an endpoint stands; `half-open` lets one call through. */
export type BreakerPhase = 'closed' | 'open' | 'half-open'

/** How a model came to be considered. */
export type OptionRole =
  /** The request names it. */
  | 'asked-for'
  /** The task's model for the target that the request names. */
  | 'target'
  | 'default'
  | 'fallback'
  /** The task's model for a target that the request does not name. */
  | 'other-target'

/** Everything that is known of one version at the moment of the decision. */
export interface RouteOption {
  readonly candidate: Candidate
  readonly role: OptionRole
  /** For `other-target`: which. */
  readonly roleTarget?: OptimisationTarget
  /** The version of the same model that the request was assigned to: this one comes right after it. */
  readonly standsInFor?: string
  /** Its place in the configured order, from 0. */
  readonly rank: number
  readonly capabilities: readonly Capability[]
  readonly allowedDataClasses: readonly DataClass[]
  /** What the call will cost if its answer has the usual length. */
  readonly expectedNanoUsd: NanoUsd
  /** The most that the call can cost. */
  readonly worstCaseNanoUsd: NanoUsd
  /** Quality at the task, 0 to 1: what the catalog believes and what evaluation measured. Measured wins. */
  readonly quality: { readonly prior?: number; readonly measured?: number }
  /** Milliseconds: what the catalog believes and what was measured. Measured wins. */
  readonly latency: { readonly priorMs?: number; readonly p50Ms?: number; readonly p95Ms?: number }
  readonly breaker: BreakerPhase
  readonly isReady: boolean
  readonly isDeployed: boolean
  /** Set where the health check keeps this request from it. */
  readonly heldBack?: HeldBack
  /** How long its quota pool lets no call through, in milliseconds; 0 when it does now. */
  readonly limitedForMs: number
}

/** Why the health check keeps a request from a version. */
export interface HeldBack {
  /** Follows the model's name. */
  readonly reason: string
  /** It takes a few requests again, and this one is not among them. */
  readonly isComingBack: boolean
}

/** A model that is asked for or configured, but cannot be called at all. */
export interface MissingModel {
  readonly model: string
  readonly reason: string
}

/**
 * Everything that a routing decision depends on, as one JSON-safe value: stored with the operation, it gives the
 * same decision again, bit for bit.
 */
export interface RouteInput {
  readonly catalogVersion: string
  readonly task: TaskType
  /** The model that the request names; it stands alone then. */
  readonly model?: string
  /** The version that it names. */
  readonly version?: string
  readonly target?: OptimisationTarget
  readonly dataClass: DataClass
  /** Absent when nobody judged it. */
  readonly complexity?: Complexity
  readonly estimatedInputTokens: number
  /** What the request cannot do without. */
  readonly needs: readonly Capability[]
  readonly weights: ScoreWeights
  /** Whether the request itself says what counts; it is then ranked by score, whatever its complexity. */
  readonly hasOwnWeights: boolean
  /** 0 to 1. */
  readonly minQuality: number
  readonly budget: {
    /** What may still be spent. Absent: no limit. */
    readonly leftNanoUsd?: NanoUsd
    /** Share of the budget that is left, 0 to 1. Absent: no limit. */
    readonly leftShare?: number
  }
  readonly options: readonly RouteOption[]
  readonly missing: readonly MissingModel[]
  /** Models of the catalog that the task does not use, in code-unit order. */
  readonly unlisted: readonly string[]
}
