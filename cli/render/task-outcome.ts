import { planSentence, taskTable } from './task-report.ts'
import { formatDuration } from './format.ts'
import type { TaskOutcome } from '../../client/task-outcome.ts'

/** The answer, or the outputs where no answer was asked for. */
export function outcomeText({ answer, outputs, subtasks }: TaskOutcome): string {
  if (answer !== undefined) return answer
  const titles = new Map(subtasks.map(({ id, title }) => [id, title]))
  return Object.entries(outputs)
    .map(([id, output]) => `## ${id}${titles.get(id) === id ? '' : ` ${titles.get(id) ?? ''}`}\n\n${output}`)
    .join('\n\n')
}

/** What it took: the table of steps, who made the plan, what a reader should know, and where to see more. */
export function outcomeReport(outcome: TaskOutcome, link: string | undefined): string {
  const { durationMs, notes, phase } = outcome
  const sentence = planSentence(outcome)
  return [
    taskTable(outcome, durationMs),
    '',
    ...(sentence === undefined ? [] : [sentence]),
    ...notes.map((note) => `Note: ${note}`),
    ...(phase === 'partial'
      ? ['PARTIAL: some steps did not complete; the table and the notes say which and why.']
      : []),
    `It took ${formatDuration(durationMs)}.`,
    ...(link === undefined ? [] : [`In the Temporal UI: ${link}`]),
  ].join('\n')
}
