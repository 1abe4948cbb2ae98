import type { Content } from '../content-ref.ts'
import type { OptimisationTarget, TaskType } from '../model-request.ts'

/** One part of a task, small enough for one model call. */
export interface Subtask {
  /** Unique within the plan, e.g. `s1`. */
  readonly id: string
  /** A few words for tables and progress. */
  readonly title: string
  /** What the model is asked to do. */
  readonly action: Content
  readonly type: TaskType
  /** Ids of the subtasks whose results this one needs. */
  readonly dependsOn: readonly string[]
  readonly expectedOutput?: string
  /** A model of the catalog; absent: the default of `type`. */
  readonly model?: string
  readonly target?: OptimisationTarget
  readonly maxOutputTokens?: number
  /** Waits for a person before it starts. */
  readonly requiresApproval?: boolean
}

/** A task split into subtasks: a directed graph without cycles, once checked. */
export interface Plan {
  readonly subtasks: readonly Subtask[]
}

/** Where a plan came from. `single`: no usable plan came from the model, so the task is one subtask. */
export type PlanSource = 'model' | 'single' | 'caller'

/** The most subtasks that one task may have. */
export const MAX_SUBTASKS = 1000
