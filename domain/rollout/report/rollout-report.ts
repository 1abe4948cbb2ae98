import type { GuardEvidence } from '../evidence/judge.ts'
import type { RollbackCause, RolloutDecision, RolloutState } from '../state.ts'
import type { StrategyName } from '../strategy.ts'

/** How a rollout ended: the result of its workflow. JSON-safe; times in milliseconds since the epoch. */
export interface RolloutReport {
  readonly model: string
  readonly strategy: StrategyName
  /** The version that all traffic was on before, and the one that was rolled out. */
  readonly stableVersion: string
  readonly canaryVersion: string
  /** `completed`, `rolled-back`, `aborted` or `failed`. */
  readonly phase: RolloutState['stage']['phase']
  /** Only of a rollback. */
  readonly cause?: RollbackCause
  /** One sentence; absent when it completed. */
  readonly reason?: string
  /** The share that the new version has now, 0 to 100. */
  readonly canaryPercent: number
  /** 1 unless it was retried. */
  readonly tries: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** What the last try had measured at its end. */
  readonly evidence: readonly GuardEvidence[]
  /** Every decision, the newest last. */
  readonly history: readonly RolloutDecision[]
}

/** Sums up a rollout that has ended. */
export function reportOf(state: RolloutState): RolloutReport {
  const { plan, stage, canaryPercent, tryNumber, evidence, history } = state
  const { model, strategy, stableVersion, canaryVersion } = plan
  return {
    model,
    strategy,
    stableVersion,
    canaryVersion,
    phase: stage.phase,
    ...('cause' in stage ? { cause: stage.cause } : {}),
    ...('reason' in stage ? { reason: stage.reason } : {}),
    canaryPercent: stage.phase === 'completed' ? canaryPercent : 0,
    tries: tryNumber,
    startedAtMs: history[0]?.atMs ?? state.countFromMs,
    endedAtMs: history.at(-1)?.atMs ?? state.countFromMs,
    evidence,
    history,
  }
}
