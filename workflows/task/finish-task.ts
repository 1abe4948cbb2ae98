import type { Content } from '../../domain/content-ref.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import { synthesise } from './synthesise.ts'
import type { TaskContext } from './task-context.ts'
import type { TaskPhase, TaskResult } from '../../domain/plan/task-progress.ts'

/** Puts the answer together from what completed, and names the end. */
export async function finishTask(context: TaskContext, plan: Plan | undefined): Promise<TaskResult> {
  const { board, input } = context
  if (plan === undefined) {
    const wasRejected = board.progress.approvals.some(({ phase }) => phase === 'decided')
    if (!wasRejected) board.addNote('Nobody decided about the plan before the deadline of the task.')
    return close(context, wasRejected ? 'rejected' : 'failed', undefined)
  }
  const phases = board.progress.subtasks.map(({ phase }) => phase)
  const completed = phases.filter((phase) => phase === 'completed').length
  if (phases.includes('cancelled')) board.addNote(`The deadline of ${input.deadlineMs} ms passed.`)
  if (completed === 0) return close(context, 'failed', undefined)
  const isWhole = completed === phases.length
  if (input.synthesis === 'none') return close(context, isWhole ? 'completed' : 'partial', undefined)
  board.enterPhase('synthesising')
  const answer = await synthesise(context, plan)
  return close(context, isWhole && answer !== undefined ? 'completed' : 'partial', answer)
}

function close({ board }: TaskContext, phase: TaskPhase, answer: Content | undefined): TaskResult {
  board.enterPhase(phase)
  const { state } = board
  return { ...state, ...(answer === undefined ? {} : { answer }), durationMs: Date.now() - state.startedAtMs }
}
