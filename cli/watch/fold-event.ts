import type { SubtaskPhase, TaskEvent, TaskProgress } from '../../domain/plan/task-progress.ts'

const ORDER: Readonly<Record<SubtaskPhase, number>> = {
  waiting: 0,
  'awaiting-approval': 1,
  ready: 2,
  running: 3,
  completed: 4,
  failed: 4,
  skipped: 4,
  cancelled: 4,
}

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
        // The snapshot may be newer than the event, and a subtask never goes back.
        known.id === subtask.id && ORDER[subtask.phase] >= ORDER[known.phase] ? subtask : known,
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
