import { z } from 'zod'
import { MAX_SUBTASKS, type Plan } from '../../domain/plan/plan.ts'
import { callerShape, contentSchema, durationMsSchema, targetSchema, taskTypeSchema } from './wire-schemas.ts'
import { parseInput } from './parse-input.ts'

const approvalPolicySchema = z.strictObject({
  deadlineMs: durationMsSchema.default(24 * 3600 * 1000),
  onDeadline: z.enum(['approve', 'reject']).default('reject'),
})

const subtaskSchema = z
  .strictObject({
    id: z.string(),
    title: z.string().max(200).exactOptional(),
    action: contentSchema,
    type: taskTypeSchema.default('analysis'),
    dependsOn: z.array(z.string()).default([]),
    expectedOutput: z.string().exactOptional(),
    model: z.string().min(1).exactOptional(),
    target: targetSchema.exactOptional(),
    maxOutputTokens: z.int().positive().exactOptional(),
    requiresApproval: z.boolean().exactOptional(),
  })
  .transform((subtask) => ({ ...subtask, title: subtask.title ?? subtask.id }))

const planSchema: z.ZodType<Plan> = z.strictObject({ subtasks: z.array(subtaskSchema) })

const taskRunSchema = z.strictObject({
  ...callerShape,
  task: contentSchema,
  context: contentSchema.optional(),
  target: targetSchema.default('quality'),
  plan: planSchema.optional(),
  maxSubtasks: z.int().min(1).max(MAX_SUBTASKS).default(8),
  parallelism: z.int().min(1).max(500).default(50),
  seed: z.int().optional(),
  model: z.string().min(1).optional(),
  approval: approvalPolicySchema.optional(),
  subtaskApproval: approvalPolicySchema.default({ deadlineMs: 24 * 3600 * 1000, onDeadline: 'reject' }),
  deadlineMs: durationMsSchema.optional(),
  synthesis: z.enum(['model', 'none']).default('model'),
})

/** A task's input, checked and with its defaults. */
export type ReadTaskRunInput = z.output<typeof taskRunSchema>

/** Reads what the client, the CLI or the Temporal UI sent. @throws ApplicationFailure */
export function readTaskRunInput(input: unknown): ReadTaskRunInput {
  return parseInput(
    taskRunSchema,
    input,
    'taskRun',
    '{"task": "Compare solar, wind and hydro power for a small island"}',
  )
}
