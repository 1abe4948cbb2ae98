import type { SubtaskPhase, TaskEvent, TaskPhase, TaskProgress } from '../domain/plan/task-progress.ts'

/** What a watcher was told already, so that it can be told the rest from a snapshot. */
export interface EventMemory {
  /** Notes an event that came by the stream. */
  remember(event: TaskEvent): void
  /** The events that would lead from what was remembered to this snapshot; they count as remembered. */
  catchUp(progress: TaskProgress, atMs: number): readonly TaskEvent[]
}

/** Nobody was told anything yet. */
export function createEventMemory(): EventMemory {
  const told = new Map<string, string>()

  const remember = (event: TaskEvent): void => {
    told.set(...describe(event))
  }

  const isNews = (event: TaskEvent): boolean => {
    const [key, value] = describe(event)
    if (told.get(key) === value) return false
    // A subtask that waits is no transition.
    return event.type !== 'subtask-changed' || told.has(key) || event.subtask.phase !== 'waiting'
  }

  const catchUp = (progress: TaskProgress, atMs: number): readonly TaskEvent[] => {
    const news = snapshotEvents(progress, atMs).filter(isNews)
    news.forEach(remember)
    return news
  }

  return { remember, catchUp }
}

/** What an event is about, and what it says about that. */
function describe(event: TaskEvent): [about: string, says: string] {
  switch (event.type) {
    case 'phase-changed':
      return ['phase', event.phase]
    case 'note-added':
      return [`note/${event.note}`, '']
    case 'subtask-changed':
      return [`subtask/${event.subtask.id}`, JSON.stringify(event.subtask)]
    case 'approval-changed':
      return [`approval/${event.approval.id}`, JSON.stringify(event.approval)]
  }
}

function snapshotEvents(progress: TaskProgress, atMs: number): readonly TaskEvent[] {
  const { notes, subtasks, approvals, phase } = progress
  return [
    ...notes.map((note): TaskEvent => ({ type: 'note-added', atMs, note })),
    ...subtasks.map((subtask): TaskEvent => ({ type: 'subtask-changed', atMs, subtask })),
    ...approvals.map((approval): TaskEvent => ({ type: 'approval-changed', atMs, approval })),
    // Last, because the end of a task is the last thing that a watcher expects.
    { type: 'phase-changed', atMs, phase },
  ]
}

const END_PHASES: ReadonlySet<TaskPhase> = new Set([
  'completed',
  'partial',
  'failed',
  'cancelled',
  'rejected',
])

/** Whether nothing can change any more. */
export function isTaskOver(phase: TaskPhase): boolean {
  return END_PHASES.has(phase)
}

const SUBTASK_END_PHASES: ReadonlySet<SubtaskPhase> = new Set(['completed', 'failed', 'skipped', 'cancelled'])

/** Whether the subtask will not change any more. */
export function isSubtaskOver(phase: SubtaskPhase): boolean {
  return SUBTASK_END_PHASES.has(phase)
}
