import { checkPlan, describePlanProblem } from '../../domain/plan/check-graph.ts'
import { decompose } from './decompose.ts'
import { invalidInput } from '../inputs/invalid-input.ts'
import { MAX_SUBTASKS, type Plan } from '../../domain/plan/plan.ts'
import type { TaskContext } from './task-context.ts'

/**
 * The plan that will run: the caller's, checked, or one that a model makes; a person is asked where the input says so.
 * `undefined` when the person says no, or the task was cancelled while it waited.
 * @throws ApplicationFailure `InvalidInput` when the caller's plan cannot run; lists everything that is wrong with it
 */
export async function obtainPlan(context: TaskContext): Promise<Plan | undefined> {
  const { board, desk, input } = context
  const { plan, source } =
    input.plan === undefined
      ? await decompose(context)
      : ({ plan: checkedPlan(input.plan), source: 'caller' } as const)
  board.acceptPlan(plan, source)
  if (input.approval === undefined) return plan
  board.enterPhase('awaiting-approval')
  const approval = await desk.ask(
    'plan',
    `Run this plan of ${plan.subtasks.length} subtasks?`,
    input.approval,
  )
  if (approval === undefined) return undefined
  if (approval.decision === 'approve') return plan
  board.addNote(
    `The plan was rejected by ${approval.by}${approval.comment === undefined ? '' : `: ${approval.comment}`}`,
  )
  return undefined
}

function checkedPlan(plan: Plan): Plan {
  const problems = checkPlan(plan, { maxSubtasks: MAX_SUBTASKS }).map(describePlanProblem)
  if (problems.length === 0) return plan
  throw invalidInput(`the plan cannot run: ${problems.join('; ')}`, problems)
}
