import { shielded } from '../saga/shielded.ts'
import { callDurably } from '../saga/durable-call.ts'
import type { Content } from '../../domain/content-ref.ts'
import type { PlanningStrategy } from '../../domain/catalog/model.ts'
import { planning } from '../activity-proxies.ts'
import { planRequest } from '../../domain/plan/prompts.ts'
import type { Plan, PlanSource } from '../../domain/plan/plan.ts'
import { singleSubtaskPlan } from '../../domain/plan/parse-plan.ts'
import { noteWait, stepCall, type TaskContext } from './task-context.ts'
import { NOTHING_USED, readOutput, usageOf } from './step-usage.ts'

/** How often a model may try before the task runs as one subtask. */
const MAX_TRIES = 3

/**
 * Has a model split the task. A plan that cannot be used goes back to the model with what is wrong about it; after
 * the last try, or when no model answers at all, the task becomes a single subtask, and a note says so.
 */
export async function decompose(
  context: TaskContext,
): Promise<{ readonly plan: Plan; readonly source: PlanSource }> {
  const { board, profile } = context
  let strategy = profile.planningStrategies[profile.planner] ?? 'json-schema'
  let problems: readonly string[] = []
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const answer = await askForPlan(context, { strategy, problems, tries })
    if ('refused' in answer) {
      board.addNote(`No model made a plan: ${answer.refused}`)
      break
    }
    const asked = strategy
    const read = await shielded(() =>
      planning.readPlan({
        strategy: asked,
        answer: answer.content,
        task: context.task,
        maxSubtasks: context.input.maxSubtasks,
      }),
    )
    if (read.ok) return { plan: read.plan, source: 'model' }
    problems = read.problems
    board.addNote(`Plan ${tries} of ${MAX_TRIES} by ${answer.model} was refused: ${problems.join('; ')}`)
    // A fallback may have answered: it is asked again in the way that suits it.
    strategy = profile.planningStrategies[answer.model] ?? strategy
  }
  board.addNote('The task runs as a single subtask, because no usable plan was made for it.')
  return { plan: singleSubtaskPlan(context.task), source: 'single' }
}

/** One try of the planning model. */
async function askForPlan(
  context: TaskContext,
  ask: { readonly strategy: PlanningStrategy; readonly problems: readonly string[]; readonly tries: number },
): Promise<{ readonly content: Content; readonly model: string } | { readonly refused: string }> {
  const { board, input, task, material } = context
  const { strategy, problems, tries } = ask
  const { messages, responseFormat, settings } = planRequest({
    strategy,
    task,
    ...(material === undefined ? {} : { context: material }),
    maxSubtasks: input.maxSubtasks,
    problems,
  })
  const startedAtMs = Date.now()
  const end = await callDurably(
    stepCall(context, {
      step: `plan/${tries}`,
      kind: 'plan',
      type: 'planning',
      messages,
      settings: { ...settings, responseFormat },
      seedOffset: tries - 1,
    }),
    context,
    {
      waits: noteWait(board),
      attemptStarted: ({ candidate: { model, version } }) =>
        board.addUsage('planning', { ...NOTHING_USED, model, version }),
    },
  )
  board.addUsage('planning', usageOf(end, startedAtMs))
  const output = readOutput(end)
  if ('failure' in output) return { refused: output.failure }
  return { content: output.content, model: end.status === 'answered' ? end.result.model : '' }
}
