import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { WorkflowStreamState } from '@temporalio/workflow-streams/workflow'
import { answerApprovals } from './saga/answer-approvals.ts'
import { ApprovalDesk } from './saga/approval-desk.ts'
import { type BoardState, newBoardState, TaskBoard } from './task/task-board.ts'
import { FAILURE_TYPES, progressQuery, type TaskRunInput } from './contract.ts'
import { executePlan } from './task/execute-plan.ts'
import { loadProfile } from './task/load-profile.ts'
import { finishTask } from './task/finish-task.ts'
import { obtainPlan } from './task/obtain-plan.ts'
import { openBooks } from './saga/books.ts'
import type { Plan } from '../domain/plan/plan.ts'
import { ProgressStream } from './task/progress-stream.ts'
import type { ReadTaskRunInput } from './inputs/task-run-input.ts'
import { readTaskRunInput } from './inputs/task-run-input.ts'
import type { TaskContext } from './task/task-context.ts'
import { storeLongTexts } from './task/prepare-task.ts'
import type { TaskResult } from '../domain/plan/task-progress.ts'

/** What a run hands to the next one when its history is long enough. */
interface CarriedTask {
  readonly input: ReadTaskRunInput
  readonly plan: Plan
  readonly queue: string
  readonly board: BoardState
  readonly stream: WorkflowStreamState
}

/**
 * One task: a model splits it, the parts run in parallel as their dependencies allow, a model puts the results
 * together. From the Temporal UI: `{"task": "Compare solar, wind and hydro power for a small island"}`.
 * @param carried only set by the run before this one
 * @throws ApplicationFailure `TaskFailed` with the `TaskResult` when no subtask completed
 */
export async function taskRun(input: TaskRunInput, carried?: CarriedTask): Promise<TaskResult> {
  const read = carried?.input ?? readTaskRunInput(input)
  const { workflowId } = workflowInfo()
  const stream = new ProgressStream(carried?.stream)
  const board = new TaskBoard(carried?.board ?? newBoardState(workflowId, Date.now()), stream)
  const desk = new ApprovalDesk(board.progress.approvals, (all, changed) => board.showApprovals(all, changed))
  setHandler(progressQuery, () => board.progress, { description: 'The task as it stands. Takes no input.' })
  answerApprovals(desk)
  try {
    return await runTask({ read, carried, board, desk, stream })
  } finally {
    stream.close()
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished))
  }
}

interface TaskParts {
  readonly read: ReadTaskRunInput
  readonly carried: CarriedTask | undefined
  readonly board: TaskBoard
  readonly desk: ApprovalDesk
  readonly stream: ProgressStream
}

async function runTask({ read, carried, board, desk, stream }: TaskParts): Promise<TaskResult> {
  const context = await openContext(read, carried, board, desk)
  const withinDeadline = deadlineScope(context)
  const plan = carried?.plan ?? (await withinDeadline(() => obtainPlan(context)))
  if (plan !== undefined && !isCancelled()) {
    if (carried === undefined) board.enterPhase('executing')
    const execution = await withinDeadline(() => executePlan(context, plan, carried?.queue))
    if (!execution.done) {
      stream.close()
      await condition(allHandlersFinished)
      const next = {
        input: context.input,
        plan,
        queue: execution.saved,
        board: board.state,
        stream: stream.carryOver(),
      }
      return continueAsNew<typeof taskRun>({ task: context.task }, next)
    }
  }
  desk.closeAll()
  if (isCancelled()) {
    board.enterPhase('cancelled')
    throw new CancelledFailure('the task was cancelled', [board.progress])
  }
  const result = await finishTask(context, plan)
  if (result.phase !== 'failed') return result
  throw ApplicationFailure.create({
    message: `no subtask completed: ${result.subtasks.find(({ reason }) => reason !== undefined)?.reason ?? 'none ran'}`,
    type: FAILURE_TYPES.taskFailed,
    nonRetryable: true,
    details: [result],
  })
}

async function openContext(
  read: ReadTaskRunInput,
  carried: CarriedTask | undefined,
  board: TaskBoard,
  desk: ApprovalDesk,
): Promise<TaskContext> {
  const input = carried === undefined ? await storeLongTexts(read) : read
  return {
    workflowId: workflowInfo().workflowId,
    input,
    task: input.task,
    material: input.context,
    profile: await loadProfile(input),
    board,
    books: openBooks(),
    desk,
    ...(input.deadlineMs === undefined
      ? {}
      : { waitsUntilMs: board.progress.startedAtMs + input.deadlineMs }),
  }
}

/** Runs things in a scope that ends at the task's deadline, counted from its very start. */
function deadlineScope({ input, board }: TaskContext): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const { deadlineMs } = input
  if (deadlineMs === undefined) return (work) => work()
  const endsAtMs = board.progress.startedAtMs + deadlineMs
  return (work) => CancellationScope.withTimeout(Math.max(1, endsAtMs - Date.now()), work)
}

function isCancelled(): boolean {
  return CancellationScope.current().consideredCancelled
}
