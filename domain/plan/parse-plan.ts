import type { PlanningStrategy } from '../catalog/model.ts'
import type { Content } from '../content-ref.ts'
import { checkPlan, describePlanProblem } from './check-graph.ts'
import type { Plan } from './plan.ts'
import { DEFAULT_SUBTASK_TYPE } from './planning/plan-schema.ts'
import { questionCount } from './planning/question-list.ts'
import { readQuestions } from './planning/read-questions.ts'
import { readSubtasks } from './planning/read-subtasks.ts'

/** A plan that can run, or every reason why the answer is none, in sentences that the model can be told. */
export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly string[] }

export interface ParsePlanOptions {
  readonly maxSubtasks: number
  /** The task, where its text is at hand: a question that only repeats it is refused. */
  readonly task?: Content
}

/** From this word overlap on, two subtasks that a model wrote are the same. */
const SAME_SUBTASK_SIMILARITY = 0.9

/** Reads and checks what a model answered to `planRequest`. */
export function parsePlan(strategy: PlanningStrategy, text: string, options: ParsePlanOptions): ParsedPlan {
  const { subtasks, problems } =
    strategy === 'json-schema'
      ? readSubtasks(text)
      : readQuestions(text, questionCount(options.maxSubtasks), options.task)
  if (problems.length > 0) return { ok: false, problems }
  const plan = { subtasks }
  const found = checkPlan(plan, { maxSubtasks: options.maxSubtasks, similarity: SAME_SUBTASK_SIMILARITY })
  return found.length === 0 ? { ok: true, plan } : { ok: false, problems: found.map(describePlanProblem) }
}

/** The plan for a task that is not split: one subtask that is the task. */
export function singleSubtaskPlan(task: Content): Plan {
  return {
    subtasks: [{ id: 's1', title: 'Whole task', action: task, type: DEFAULT_SUBTASK_TYPE, dependsOn: [] }],
  }
}
