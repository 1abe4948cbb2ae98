import { callDurably } from '../saga/durable-call.ts'
import type { Content } from '../../domain/content-ref.ts'
import {
  groupForSynthesis,
  type MissingResult,
  type SubtaskResult,
  synthesisMessages,
} from '../../domain/plan/subtask-prompts.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import { readOutput, usageOf } from './step-usage.ts'
import { noteWait, stepCall, type TaskContext } from './task-context.ts'

/** Prompts hold more bytes than tokens; three a token is on the safe side for plain text. */
const BYTES_PER_TOKEN = 3

/**
 * Writes one answer from all results. Results that do not fit the model's context together are put together in groups
 * first, and the groups then; a single result is the answer as it is. `undefined`, with a note, when no model could.
 */
export async function synthesise(context: TaskContext, plan: Plan): Promise<Content | undefined> {
  const { board } = context
  const results = plan.subtasks
    .filter(({ id }) => board.subtask(id).phase === 'completed')
    .map(({ id, title }) => ({ id, title, output: board.outputOf(id) }))
  const missing = plan.subtasks
    .map(({ id }) => board.subtask(id))
    .filter(({ phase }) => phase !== 'completed')
    .map(({ id, title, reason }) => ({ id, title, reason }))
  const [only] = results
  if (only !== undefined && results.length === 1 && missing.length === 0) return only.output
  return combine(context, results, missing, 1)
}

async function combine(
  context: TaskContext,
  results: readonly SubtaskResult[],
  missing: readonly MissingResult[],
  level: number,
): Promise<Content | undefined> {
  const groups = groupForSynthesis(results, context.profile.synthesisInputTokens * BYTES_PER_TOKEN)
  const [first] = groups
  if (first === undefined) return undefined
  if (groups.length === 1) return write(context, first, missing, `synthesis/${level}`)
  const parts = await Promise.all(
    groups.map(async (group, index): Promise<SubtaskResult | undefined> => {
      const output = await write(context, group, [], `synthesis/${level}-${index + 1}`)
      return output === undefined
        ? undefined
        : { id: `part-${index + 1}`, title: `Part ${index + 1}`, output }
    }),
  )
  const written = parts.filter((part) => part !== undefined)
  // Groups that do not shrink would go round for ever.
  if (written.length < groups.length || written.length >= results.length) return undefined
  return combine(context, written, missing, level + 1)
}

async function write(
  context: TaskContext,
  results: readonly SubtaskResult[],
  missing: readonly MissingResult[],
  step: string,
): Promise<Content | undefined> {
  const startedAtMs = Date.now()
  const end = await callDurably(
    stepCall(context, {
      step,
      kind: 'synthesis',
      type: 'synthesis',
      messages: synthesisMessages({
        task: context.task,
        results,
        missing,
        strategy: context.profile.synthesisStrategy,
      }),
      seedOffset: 10,
    }),
    context,
    { waits: noteWait(context.board) },
  )
  context.board.addUsage('synthesis', usageOf(end, startedAtMs))
  const output = readOutput(end)
  if (end.status === 'answered' && end.result.answer.finishReason === 'length') {
    context.board.addNote(`The answer was cut at the output limit of ${end.result.model}.`)
  }
  if ('content' in output) return output.content
  context.board.addNote(`No answer was put together: ${output.failure}`)
  return undefined
}
