import type { SubtaskPhase, SubtaskProgress, TaskProgress } from '../../domain/plan/task-progress.ts'
import { formatDuration, plural } from './format.ts'
import { oneLine } from '../../domain/one-line.ts'
import { isSubtaskOver } from '../../client/event-memory.ts'

const SYMBOLS: Readonly<Record<SubtaskPhase, string>> = {
  waiting: '·',
  'awaiting-approval': '?',
  ready: '·',
  running: '▸',
  completed: '✔',
  failed: '✖',
  skipped: '–',
  cancelled: '–',
}

/** With more subtasks than this, only those that run or went wrong are listed. */
const FULL_LIST = 16

/** A task as a block of lines for a terminal. */
export function taskLines(progress: TaskProgress, nowMs: number): readonly string[] {
  const { subtasks, startedAtMs } = progress
  const over = subtasks.filter(({ phase }) => isSubtaskOver(phase)).length
  const counts = subtasks.length === 0 ? '' : ` · ${over} of ${plural(subtasks.length, 'subtask')} done`
  return [
    `${progress.phase}${counts} · ${formatDuration(Math.max(0, nowMs - startedAtMs))}`,
    ...listed(subtasks).map((subtask) => `  ${subtaskLine(subtask)}`),
  ]
}

function listed(subtasks: readonly SubtaskProgress[]): readonly SubtaskProgress[] {
  if (subtasks.length <= FULL_LIST) return subtasks
  const lively = subtasks.filter(({ phase }) => phase === 'running' || phase === 'awaiting-approval')
  const wrong = subtasks.filter(({ phase }) => phase === 'failed')
  return [...wrong.slice(-4), ...lively.slice(0, FULL_LIST)]
}

/** One subtask: its sign, id, title, then what is known of it. */
export function subtaskLine(subtask: SubtaskProgress): string {
  const { id, title, phase, model, version, durationMs, reason, dependsOn } = subtask
  const waitsFor = phase === 'waiting' && dependsOn.length > 0 ? `after ${dependsOn.join(', ')}` : undefined
  const shownPhase = phase === 'completed' || phase === 'waiting' ? undefined : phase
  const known = [
    shownPhase,
    model === undefined ? undefined : `on ${model}${version === undefined ? '' : ` ${version}`}`,
    durationMs === undefined ? undefined : formatDuration(durationMs),
    waitsFor,
    reason,
  ].filter((fact) => fact !== undefined)
  const name = title === id ? id : `${id} ${oneLine(title, 48)}`
  return [`${SYMBOLS[phase]} ${name}`, ...known].join(' · ')
}
