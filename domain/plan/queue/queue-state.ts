import { type QueueEntry, type ReadyTree, entryAt } from './ready-tree.ts'
import type { Schedule } from '../graph/schedule.ts'
import type { SubtaskPhase } from '../task-progress.ts'

/**
 * Where every subtask of a plan stands and which may start. A value: every transition returns another one. It does
 * not travel; `saveReadyQueue` makes the few bytes that do.
 */
export interface ReadyQueue {
  readonly schedule: Schedule
  /** Subtasks that may run at once. */
  readonly slots: number
  readonly running: number
  /** Subtasks that have not ended, running ones included. */
  readonly unfinished: number
  /** By priority. */
  readonly tree: ReadyTree
}

/** One subtask that entered a phase. */
export interface SubtaskChange {
  readonly id: string
  readonly phase: SubtaskPhase
  /** For what is skipped because another one did not complete: that one. */
  readonly becauseOf?: string
}

/** The state after a step, with every subtask that entered another phase, in the order in which they did. */
export interface ReadyQueueStep {
  readonly queue: ReadyQueue
  readonly changes: readonly SubtaskChange[]
}

/** The entry of the subtask at a position of the plan. */
export function entryOf(
  { schedule, tree }: Pick<ReadyQueue, 'schedule' | 'tree'>,
  index: number,
): QueueEntry {
  return entryAt(tree, schedule.priorityOf[index] ?? 0)
}

/** Whether a subtask in this phase still has to end. */
export function isUnfinished(phase: SubtaskPhase): boolean {
  return phase === 'waiting' || phase === 'awaiting-approval' || phase === 'ready' || phase === 'running'
}

/** Lets a subtask go on that waits for nothing any more, or for a person only. */
export function released(entry: QueueEntry): QueueEntry {
  const isHeld = entry.phase === 'waiting' || entry.phase === 'awaiting-approval'
  if (!isHeld || entry.missing > 0) return entry
  return { ...entry, phase: entry.gated ? 'awaiting-approval' : 'ready' }
}
