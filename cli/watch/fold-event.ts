import { isSubtaskOver } from '../../client/event-memory.ts'
import type { TaskEvent, TaskProgress } from '../../domain/plan/task-progress.ts'

/** The progress after an event; undefined when the event is about something that the snapshot does not know. */
export function foldEvent(progress: TaskProgress, event: TaskEvent): TaskProgress | undefined {
  switch (event.type) {
    case 'phase-changed':
      // A phase brings more than its name: the plan, what planning used.
      return undefined
    case 'note-added':
      return { ...progress, notes: [...new Set([...progress.notes, event.note])] }
    case 'subtask-changed': {
      const { subtask } = event
      if (!progress.subtasks.some(({ id }) => id === subtask.id)) return undefined
      const subtasks = progress.subtasks.map((known) =>
        // The snapshot may be newer than the event: what is over does not start again.
        known.id === subtask.id && !isSubtaskOver(known.phase) ? subtask : known,
      )
      return { ...progress, subtasks }
    }
    case 'approval-changed': {
      const { approval } = event
      const others = progress.approvals.filter(({ id }) => id !== approval.id)
      return { ...progress, approvals: [...others, approval] }
    }
  }
}
