import type { CallDesks } from '../saga/pass-budgets.ts'
import { describeBudget } from '../../domain/budget/budget.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import type { OverBudget } from '../../domain/budget/over-budget.ts'
import type { Content } from '../../domain/content-ref.ts'
import type { DurableCall } from '../saga/durable-call.ts'
import type { GenerationSettings, TaskType } from '../../domain/model-request.ts'
import type { Message } from '../../domain/message.ts'
import type { OperationKind } from '../../domain/operation-kind.ts'
import type { ReadTaskRunInput } from '../inputs/task-run-input.ts'
import { stepOperationId } from '../../domain/ids.ts'
import type { TaskBoard } from './task-board.ts'
import type { TaskProfile } from '../../activities/planning.ts'

/** What every part of a running task works with. */
export interface TaskContext extends CallDesks {
  readonly workflowId: string
  readonly input: ReadTaskRunInput
  readonly task: Content
  readonly material: Content | undefined
  readonly profile: TaskProfile
  readonly board: TaskBoard
}

/** One model call of a task. */
export interface TaskStep {
  /** Unique in the task, e.g. `subtask/s1`. */
  readonly step: string
  readonly kind: OperationKind
  readonly type: TaskType
  readonly messages: readonly Message[]
  readonly settings?: GenerationSettings
  /** Set where the step has a model or a target of its own. */
  readonly model?: string | undefined
  readonly target?: ReadTaskRunInput['target'] | undefined
  /** Added to the task's seed, so that steps do not sample alike. */
  readonly seedOffset: number
}

/** Makes the call of a step, with the task's caller, model, target and seed. */
export function stepCall(context: TaskContext, step: TaskStep): DurableCall {
  const { input, workflowId } = context
  const model = step.model ?? input.model
  return {
    operationId: stepOperationId(workflowId, step.step),
    kind: step.kind,
    tenant: input.tenant,
    ...(input.user === undefined ? {} : { user: input.user }),
    ...(input.feature === undefined ? {} : { feature: input.feature }),
    taskId: workflowId,
    request: {
      messages: step.messages,
      task: step.type,
      target: step.target ?? input.target,
      ...(model === undefined ? {} : { model }),
      ...(input.seed === undefined ? {} : { seed: input.seed + step.seedOffset }),
      ...step.settings,
    },
  }
}

/** Notes once that calls of a task wait for a budget. */
export function noteBudgetWait(board: TaskBoard): (over: OverBudget) => void {
  return (over) => {
    const note = `Calls wait for room in ${describeBudget(over)}, which resets at ${formatUtc(over.resetsAtMs)}.`
    if (!board.progress.notes.includes(note)) board.addNote(note)
  }
}
