import { type Column, renderTable } from './table.ts'
import { formatCount, formatDuration } from './format.ts'
import { oneLine } from '../../domain/one-line.ts'
import type { StepUsage, SubtaskProgress, TaskProgress } from '../../domain/plan/task-progress.ts'
import { formatUsd } from '../../domain/money.ts'
import { summarise } from '../../domain/plan/progress.ts'

const COLUMNS: readonly Column[] = [
  { title: 'step' },
  { title: 'what' },
  { title: 'end' },
  { title: 'model' },
  { title: 'calls', align: 'right' },
  { title: 'tokens in', align: 'right' },
  { title: 'tokens out', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'cost', align: 'right' },
]

/** Every step of a task with its model, tokens, time and cost, and the sums. */
export function taskTable(progress: TaskProgress, durationMs?: number): string {
  const { planning, subtasks, synthesis } = progress
  const rows = [
    ...(planning.attempts === 0 ? [] : [stepRow('planning', '', '', planning)]),
    ...subtasks.map(subtaskRow),
    ...(synthesis.attempts === 0 ? [] : [stepRow('synthesis', '', '', synthesis)]),
  ]
  const total = summarise(progress)
  return renderTable(COLUMNS, rows, [
    'all',
    '',
    progress.phase,
    '',
    ...figures(total),
    durationMs === undefined ? '' : formatDuration(durationMs),
    formatUsd(total.costNanoUsd),
  ])
}

function subtaskRow(subtask: SubtaskProgress): readonly string[] {
  const { id, title, phase } = subtask
  return stepRow(id, title === id ? '' : oneLine(title, 40), phase, subtask)
}

function stepRow(step: string, what: string, end: string, usage: StepUsage): readonly string[] {
  const { model, version, durationMs, costNanoUsd } = usage
  return [
    step,
    what,
    end,
    [model, version].filter((name) => name !== undefined).join(' '),
    ...figures(usage),
    durationMs === undefined ? '' : formatDuration(durationMs),
    formatUsd(costNanoUsd),
  ]
}

function figures({
  attempts,
  inputTokens,
  outputTokens,
}: Pick<StepUsage, 'attempts' | 'inputTokens' | 'outputTokens'>): readonly string[] {
  return [attempts, inputTokens, outputTokens].map(formatCount)
}

/** Who made the plan, in one sentence; undefined before there is one. */
export function planSentence({ planSource, subtasks }: TaskProgress): string | undefined {
  switch (planSource) {
    case 'model':
      return `The plan of ${subtasks.length} subtasks is the model's own.`
    case 'caller':
      return `The plan of ${subtasks.length} subtasks was handed in.`
    case 'single':
      return 'FALLBACK: no usable plan came from the model, so the task ran as one single subtask.'
    default:
      return undefined
  }
}
