import type { CallDesks, Hindrance } from '../saga/hindrance.ts'
import { describeBudget } from '../../domain/budget/budget.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import type { Content } from '../../domain/content-ref.ts'
import type { DurableCall } from '../saga/call-saga.ts'
import type { GenerationSettings, ModelRequest, TaskType } from '../../domain/model-request.ts'
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

type RouteWishes = Pick<ReadTaskRunInput, 'dataClass' | 'complexity' | 'weights' | 'session'>

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

/** What a task says about the choice of models: it holds for every step, planning and synthesis included. */
export function routeWishesOf({
  dataClass,
  complexity,
  weights,
  session,
}: RouteWishes): Pick<ModelRequest, keyof RouteWishes> {
  return {
    ...(dataClass === undefined ? {} : { dataClass }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(weights === undefined ? {} : { weights }),
    ...(session === undefined ? {} : { session }),
  }
}

/** Makes the call of a step, with the task's caller, model, target, data class and seed. */
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
    priority: input.priority,
    request: {
      messages: step.messages,
      task: step.type,
      target: step.target ?? input.target,
      ...routeWishesOf(input),
      ...(model === undefined ? {} : { model }),
      ...(input.seed === undefined ? {} : { seed: input.seed + step.seedOffset }),
      ...step.settings,
    },
  }
}

/** Notes once what calls of a task wait for. */
export function noteWait(board: TaskBoard): (hindrance: Hindrance) => void {
  return (hindrance) => {
    const note = `Calls wait for ${awaited(hindrance)}.`
    if (!board.progress.notes.includes(note)) board.addNote(note)
  }
}

function awaited(hindrance: Hindrance): string {
  if (hindrance.status === 'over-budget') {
    return `room in ${describeBudget(hindrance)}, which resets at ${formatUtc(hindrance.resetsAtMs)}`
  }
  return hindrance.because === 'quota' ? 'room in a quota pool' : 'endpoints that rest after failures'
}
