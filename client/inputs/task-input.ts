import { z } from 'zod'
import {
  type ModelRequest,
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { durationMsSchema, filledTextSchema } from './text-schema.ts'
import type { ApprovalPolicy } from '../../workflows/contract.ts'
import { routeWishesShape } from './route-wishes.ts'
import { MAX_SUBTASKS } from '../../domain/plan/plan.ts'

/** One part of a ready plan. */
export interface SubtaskInput {
  /** Unique within the plan, e.g. `s1`. */
  readonly id: string
  /** Default: the id. */
  readonly title?: string
  /** What the model is asked to do. */
  readonly action: string
  /** Default `analysis`. */
  readonly type?: TaskType
  /** Ids of the subtasks whose results this one needs; default none. */
  readonly dependsOn?: readonly string[]
  readonly expectedOutput?: string
  readonly model?: string
  readonly target?: OptimisationTarget
  readonly maxOutputTokens?: number
  /** Waits for a person before it starts. */
  readonly requiresApproval?: boolean
}

export interface PlanInput {
  readonly subtasks: readonly SubtaskInput[]
}

/**
 * A task as callers write it. Defaults that are not named here are the workflow's. Its data class, complexity and weights
 * hold for every step.
 */
export interface TaskInput extends Pick<ModelRequest, 'dataClass' | 'complexity' | 'weights' | 'session'> {
  readonly task: string
  /** Material that every subtask sees. */
  readonly context?: string
  readonly target?: OptimisationTarget
  /** A ready plan: nothing is decomposed. */
  readonly plan?: PlanInput
  /** Upper bound for a plan that the model makes. */
  readonly maxSubtasks?: number
  /** Calls in flight at most. */
  readonly parallelism?: number
  /** Makes sampling repeatable. */
  readonly seed?: number
  /** One model for every step. */
  readonly model?: string
  /** Asks a person about the plan before anything runs; `true` with the default deadline. */
  readonly approval?: boolean | ApprovalPolicy
  /** Applies to subtasks with `requiresApproval`. */
  readonly subtaskApproval?: ApprovalPolicy
  /** `none`: no answer is written, only the outputs are returned. */
  readonly synthesis?: 'model' | 'none'
}

const subtaskSchema: z.ZodType<SubtaskInput> = z.strictObject({
  id: z.string().min(1),
  title: z.string().max(200).exactOptional(),
  action: filledTextSchema,
  type: z.enum(TASK_TYPES).exactOptional(),
  dependsOn: z.array(z.string()).exactOptional(),
  expectedOutput: z.string().exactOptional(),
  model: z.string().min(1).exactOptional(),
  target: z.enum(OPTIMISATION_TARGETS).exactOptional(),
  maxOutputTokens: z.int().positive().exactOptional(),
  requiresApproval: z.boolean().exactOptional(),
})

/** Checks the shape of a plan; whether its graph holds together is asked afterwards. */
export const planSchema: z.ZodType<PlanInput> = z.strictObject({ subtasks: z.array(subtaskSchema) })

const approvalPolicySchema: z.ZodType<ApprovalPolicy> = z.strictObject({
  deadlineMs: durationMsSchema.exactOptional(),
  onDeadline: z.enum(['approve', 'reject']).exactOptional(),
})

/** Checks one task. */
export const taskInputSchema: z.ZodType<TaskInput> = z.strictObject({
  task: filledTextSchema.refine((task) => task.trim() !== '', 'must say what is to be done'),
  context: filledTextSchema.exactOptional(),
  target: z.enum(OPTIMISATION_TARGETS).exactOptional(),
  plan: planSchema.exactOptional(),
  maxSubtasks: z.int().min(1).max(MAX_SUBTASKS).exactOptional(),
  parallelism: z.int().min(1).max(500).exactOptional(),
  seed: z.int().exactOptional(),
  model: z.string().min(1).exactOptional(),
  ...routeWishesShape,
  approval: z.union([z.boolean(), approvalPolicySchema]).exactOptional(),
  subtaskApproval: approvalPolicySchema.exactOptional(),
  synthesis: z.enum(['model', 'none']).exactOptional(),
})
