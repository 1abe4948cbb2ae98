import { callerShape, content, durationMs, priority, routeWishes, target, taskType } from './wire-readers.ts'
import { flag, number, oneOf, text } from '../../domain/reading/scalars.ts'
import { list, mapped, object, optional, withDefault } from '../../domain/reading/composites.ts'
import { DEFAULT_PRIORITY } from '../../domain/limits/ticket.ts'
import { MAX_SUBTASKS, type Plan, type Subtask } from '../../domain/plan/plan.ts'
import { parseInput } from './parse-input.ts'
import type { Read, Reader } from '../../domain/reading/reader.ts'

const ONE_DAY_MS = 24 * 3600 * 1000

const approvalPolicy = object({
  deadlineMs: withDefault(durationMs, ONE_DAY_MS),
  onDeadline: withDefault(oneOf(['approve', 'reject']), 'reject'),
})

const subtask: Reader<Subtask> = mapped(
  object({
    id: text(),
    title: optional(text({ maxLength: 200 })),
    action: content,
    type: withDefault(taskType, 'analysis'),
    dependsOn: withDefault(list(text()), []),
    expectedOutput: optional(text()),
    model: optional(text()),
    target: optional(target),
    maxOutputTokens: optional(number({ min: 1, isWhole: true })),
    requiresApproval: optional(flag),
  }),
  (read) => ({ ...read, title: read.title ?? read.id }),
)

// Its size is checked with the graph, where the message names the bound.
const plan: Reader<Plan> = object({ subtasks: list(subtask) })

const taskRun = object({
  ...callerShape,
  task: content,
  context: optional(content),
  target: withDefault(target, 'quality'),
  plan: optional(plan),
  maxSubtasks: withDefault(number({ min: 1, max: MAX_SUBTASKS, isWhole: true }), 8),
  parallelism: withDefault(number({ min: 1, max: 500, isWhole: true }), 50),
  seed: optional(number({ isWhole: true })),
  model: optional(text()),
  ...routeWishes,
  priority: withDefault(priority, DEFAULT_PRIORITY),
  approval: optional(approvalPolicy),
  subtaskApproval: withDefault(approvalPolicy, { deadlineMs: ONE_DAY_MS, onDeadline: 'reject' }),
  deadlineMs: optional(durationMs),
  synthesis: withDefault(oneOf(['model', 'none']), 'model'),
})

/** A task's input, checked and with its defaults. */
export type ReadTaskRunInput = Read<typeof taskRun>

/** Reads what the client, the CLI or the Temporal UI sent. @throws ApplicationFailure */
export function readTaskRunInput(input: unknown): ReadTaskRunInput {
  return parseInput(
    taskRun,
    input,
    'taskRun',
    '{"task": "Compare solar, wind and hydro power for a small island"}',
  )
}
