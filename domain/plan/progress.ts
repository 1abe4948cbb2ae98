import { markdownCell } from '../markdown-cell.ts'
import { type NanoUsd, formatUsd } from '../money.ts'
import { formatUtc } from '../format-utc.ts'
import { pendingApprovals } from './approvals.ts'
import {
  SUBTASK_PHASES,
  type StepUsage,
  type SubtaskPhase,
  type SubtaskProgress,
  type TaskProgress,
} from './task-progress.ts'

/** A task in figures: all its steps together. */
export interface ProgressSummary {
  readonly subtasks: number
  readonly byPhase: Readonly<Record<SubtaskPhase, number>>
  /** Upstream calls made. */
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: NanoUsd
}

/** Rows, approvals and notes beyond these are counted only: the details of a workflow must stay small. */
const MOST_ROWS = 40
const MOST_APPROVALS = 10
const MOST_NOTES = 10
const MOST_CHARACTERS_IN_CELL = 80

/** What people want to see first when not all rows fit. */
const ROW_ORDER: readonly SubtaskPhase[] = [
  'awaiting-approval',
  'running',
  'failed',
  'ready',
  'cancelled',
  'skipped',
  'completed',
  'waiting',
]

/** Counts subtasks by phase and adds up what all steps used. */
export function summarise(progress: TaskProgress): ProgressSummary {
  const steps: readonly StepUsage[] = [progress.planning, ...progress.subtasks, progress.synthesis]
  const total = (figure: (step: StepUsage) => number): number =>
    steps.reduce((sum, step) => sum + figure(step), 0)
  const byPhase: Record<SubtaskPhase, number> = {
    waiting: 0,
    'awaiting-approval': 0,
    ready: 0,
    running: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  }
  for (const { phase } of progress.subtasks) byPhase[phase]++
  return {
    subtasks: progress.subtasks.length,
    byPhase,
    attempts: total(({ attempts }) => attempts),
    inputTokens: total(({ inputTokens }) => inputTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    costNanoUsd: total(({ costNanoUsd }) => costNanoUsd),
  }
}

/** Shows a task as Markdown for the details of its workflow in the Temporal UI. */
export function progressMarkdown(progress: TaskProgress): string {
  const sections = [
    headline(progress),
    ...approvalSections(progress),
    nextAction(progress),
    ...(progress.subtasks.length === 0 ? [] : [subtaskTable(progress)]),
    ...notes(progress.notes),
  ]
  return sections.join('\n\n')
}

function headline(progress: TaskProgress): string {
  const { subtasks, byPhase, attempts, inputTokens, outputTokens, costNanoUsd } = summarise(progress)
  const counts = SUBTASK_PHASES.filter((phase) => byPhase[phase] > 0).map(
    (phase) => `${byPhase[phase]} ${phase}`,
  )
  const source = progress.planSource === undefined ? '' : `, plan: ${progress.planSource}`
  return [
    `**${cell(progress.taskId)}: ${progress.phase}** (started ${formatUtc(progress.startedAtMs)}${source})`,
    ...(subtasks === 0 ? [] : [`${subtasks} subtasks: ${counts.join(', ')}`]),
    `${attempts} calls, ${inputTokens} tokens in, ${outputTokens} out, ${formatUsd(costNanoUsd)}`,
  ].join('  \n')
}

function approvalSections({ approvals }: TaskProgress): readonly string[] {
  const pending = pendingApprovals(approvals)
  const shown = pending.slice(0, MOST_APPROVALS).map(({ id, question, deadlineAtMs, onDeadline }) => {
    const update = JSON.stringify({ approvalId: id, decision: 'approve', by: 'your name' })
    return [
      `**Approval needed: ${cell(id)}.** ${cell(question)}`,
      `Send the update \`decideApproval\` (or "reject") until ${formatUtc(deadlineAtMs)}, then "${onDeadline}" is assumed:`,
      `\`\`\`json\n${update}\n\`\`\``,
    ].join('\n\n')
  })
  const more = pending.length - shown.length
  return more > 0 ? [...shown, `and ${more} more approvals`] : shown
}

function nextAction(progress: TaskProgress): string {
  return `Next: ${nextStep(progress)}`
}

function nextStep(progress: TaskProgress): string {
  const pending = pendingApprovals(progress.approvals).length
  const { running, failed, skipped } = summarise(progress).byPhase
  switch (progress.phase) {
    case 'planning':
      return 'a model writes the plan.'
    case 'awaiting-approval':
      return 'a person says yes or no to the plan.'
    case 'executing': {
      const waiting = pending === 0 ? '' : `, ${pending} wait for a person`
      return `${running} subtasks run${waiting}.`
    }
    case 'synthesising':
      return 'one answer is written from all results.'
    case 'completed':
      return 'nothing, the answer is the result of this workflow.'
    case 'partial':
      return `the answer lacks ${failed + skipped} subtasks: see why below, run the task again under a new id.`
    case 'failed':
      return 'see below why it failed, then run the task again under a new id.'
    case 'cancelled':
    case 'rejected':
      return 'nothing, the task was stopped.'
  }
}

function subtaskTable({ subtasks }: TaskProgress): string {
  const chosen = new Set(
    subtasks.length <= MOST_ROWS
      ? subtasks
      : ROW_ORDER.flatMap((phase) => subtasks.filter((subtask) => subtask.phase === phase)).slice(
          0,
          MOST_ROWS,
        ),
  )
  const more = subtasks.length - chosen.size
  return [
    '| id | subtask | phase | model | tokens | cost | time |',
    '| --- | --- | --- | --- | ---: | ---: | ---: |',
    ...subtasks.filter((subtask) => chosen.has(subtask)).map(row),
    ...(more > 0 ? [`\nand ${more} more subtasks`] : []),
  ].join('\n')
}

function row({ id, title, phase, reason, ...usage }: SubtaskProgress): string {
  const { model, version, attempts, inputTokens, outputTokens, costNanoUsd, durationMs } = usage
  const cells = [
    id,
    title,
    reason === undefined ? phase : `${phase}: ${reason}`,
    model === undefined ? '' : version === undefined ? model : `${model} ${version}`,
    attempts === 0 ? '' : `${inputTokens} + ${outputTokens}`,
    attempts === 0 ? '' : formatUsd(costNanoUsd),
    durationMs === undefined ? '' : `${(durationMs / 1000).toFixed(1)} s`,
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

function notes(all: readonly string[]): readonly string[] {
  if (all.length === 0) return []
  const shown = all.slice(-MOST_NOTES).map((note) => `- ${cell(note)}`)
  const earlier = all.length - shown.length
  return [[...(earlier > 0 ? [`- (${earlier} earlier notes)`] : []), ...shown].join('\n')]
}

function cell(text: string): string {
  return markdownCell(text, MOST_CHARACTERS_IN_CELL)
}
