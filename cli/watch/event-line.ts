import { formatDuration, plural } from '../render/format.ts'
import type { TaskEvent, TaskProgress } from '../../domain/plan/task-progress.ts'
import type { Approval } from '../../domain/plan/approval.ts'
import { isSubtaskOver } from '../../client/event-memory.ts'
import { planSentence } from '../render/task-report.ts'
import { subtaskLine } from '../render/task-lines.ts'

/**
 * One event as lines of a log, for where nothing can be redrawn.
 * @param progress the task at the event or later
 * @param subtasksOver how many subtasks are over, counted along the log
 */
export function eventLines(
  event: TaskEvent,
  progress: TaskProgress,
  subtasksOver: number,
): readonly string[] {
  const at = `[${formatDuration(Math.max(0, event.atMs - progress.startedAtMs))}]`
  switch (event.type) {
    case 'phase-changed':
      return [`${at} ${event.phase}${planPart(event.phase, progress)}`]
    case 'note-added':
      return [`${at} note: ${event.note}`]
    case 'subtask-changed': {
      if (event.subtask.phase === 'ready' || event.subtask.phase === 'waiting') return []
      const isOver = isSubtaskOver(event.subtask.phase)
      const count = isOver ? ` (${subtasksOver} of ${progress.subtasks.length})` : ''
      return [`${at} ${subtaskLine(event.subtask)}${count}`]
    }
    case 'approval-changed':
      return [`${at} ${approvalSentence(event.approval, progress.taskId)}`]
  }
}

function planPart(phase: TaskProgress['phase'], progress: TaskProgress): string {
  if (phase !== 'executing' || progress.subtasks.length === 0) return ''
  const sentence = planSentence(progress)
  return `: ${plural(progress.subtasks.length, 'subtask')}${sentence === undefined ? '' : `. ${sentence}`}`
}

const DECISION_WORDS = { approve: 'approved', reject: 'rejected' } as const

/** What a person is asked, and how to answer; or what was answered. */
export function approvalSentence(approval: Approval, taskId: string): string {
  if (approval.phase === 'decided')
    return `${approval.id}: ${DECISION_WORDS[approval.decision]} by ${approval.by}`
  const until = new Date(approval.deadlineAtMs).toISOString()
  return (
    `${approval.id} waits for a person: ${approval.question} Answer with ` +
    `\`switchyard task approve ${taskId} --approval ${approval.id}\` (or reject) until ${until}, ` +
    `then it counts as ${DECISION_WORDS[approval.onDeadline]}.`
  )
}
