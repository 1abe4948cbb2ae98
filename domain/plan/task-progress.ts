import type { Approval } from './approval.ts'
import type { Content } from '../content-ref.ts'
import type { NanoUsd } from '../money.ts'
import type { PlanSource } from './plan.ts'

export const SUBTASK_PHASES = [
  'waiting',
  'awaiting-approval',
  'ready',
  'running',
  'completed',
  'failed',
  /** Something it depends on did not complete, or a person said no. */
  'skipped',
  'cancelled',
] as const
export type SubtaskPhase = (typeof SUBTASK_PHASES)[number]

export const TASK_PHASES = [
  'planning',
  'awaiting-approval',
  'executing',
  'synthesising',
  'completed',
  /** Some subtasks failed for good; the answer is made from the others. */
  'partial',
  'failed',
  'cancelled',
  /** A person said no to the plan. */
  'rejected',
] as const
export type TaskPhase = (typeof TASK_PHASES)[number]

/** What one step (planning, a subtask, the synthesis) has used so far. */
export interface StepUsage {
  readonly model?: string
  readonly version?: string
  /** Upstream calls made. */
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: NanoUsd
  /** From the start of its first call to its end, in milliseconds; absent while it runs. */
  readonly durationMs?: number
}

export interface SubtaskProgress extends StepUsage {
  readonly id: string
  readonly title: string
  readonly phase: SubtaskPhase
  readonly dependsOn: readonly string[]
  /** Why it failed or was skipped. */
  readonly reason?: string
}

/** A task as it stands, or as it ended. */
export interface TaskProgress {
  readonly taskId: string
  readonly phase: TaskPhase
  readonly planSource?: PlanSource
  /** What a reader should know, e.g. that the model's plan was refused and why. */
  readonly notes: readonly string[]
  readonly planning: StepUsage
  readonly subtasks: readonly SubtaskProgress[]
  readonly synthesis: StepUsage
  readonly approvals: readonly Approval[]
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
}

/** The end of a task: its progress plus what came out. */
export interface TaskResult extends TaskProgress {
  readonly answer?: Content
  /** Outputs of the completed subtasks, by id. */
  readonly outputs: Readonly<Record<string, Content>>
  readonly durationMs: number
}

/** One transition of a task, as published on its progress stream. */
export type TaskEvent =
  | { readonly type: 'phase-changed'; readonly atMs: number; readonly phase: TaskPhase }
  | { readonly type: 'note-added'; readonly atMs: number; readonly note: string }
  | { readonly type: 'subtask-changed'; readonly atMs: number; readonly subtask: SubtaskProgress }
  | { readonly type: 'approval-changed'; readonly atMs: number; readonly approval: Approval }
