import { decodePhases, encodePhases } from './queue/phase-letters.ts'
import type { Subtask } from './plan.ts'
import { QueueDraft } from './queue/queue-draft.ts'
import { type ReadyQueue, type ReadyQueueStep, entryOf, isUnfinished, released } from './queue/queue-state.ts'
import { buildTree, firstReady } from './queue/ready-tree.ts'
import { createSchedule } from './graph/schedule.ts'
import type { SubtaskPhase } from './task-progress.ts'

export type { ReadyQueue, ReadyQueueStep, SubtaskChange } from './queue/queue-state.ts'

export interface ReadyQueueOptions {
  readonly slots: number
  /** From `saveReadyQueue` on the same plan: goes on from there. */
  readonly saved?: string
}

/** What happened to a subtask, or to the task. An event that comes too late, or twice, changes nothing. */
export type ReadyQueueEvent =
  | { readonly type: 'subtask-completed'; readonly id: string }
  | { readonly type: 'subtask-failed'; readonly id: string }
  | { readonly type: 'subtask-cancelled'; readonly id: string }
  /** A person said yes; also before its dependencies completed. */
  | { readonly type: 'subtask-approved'; readonly id: string }
  | { readonly type: 'subtask-rejected'; readonly id: string }
  /** Nothing new starts. What runs ends by its own event. */
  | { readonly type: 'task-cancelled' }

/**
 * Builds the queue of a checked plan. Subtasks without dependencies are ready, or wait for a person.
 * @throws Error when the plan has a cycle, or when `saved` belongs to another plan
 */
export function createReadyQueue(subtasks: readonly Subtask[], options: ReadyQueueOptions): ReadyQueue {
  const schedule = createSchedule(subtasks)
  const standings =
    options.saved === undefined
      ? subtasks.map(({ requiresApproval = false }) => ({
          phase: 'waiting' as const,
          gated: requiresApproval,
        }))
      : decodePhases(options.saved)
  if (standings.length !== subtasks.length)
    throw new Error(`a saved queue of ${standings.length} subtasks does not fit a plan of ${subtasks.length}`)
  const entries = standings.map((standing, index) => {
    const dependencies = schedule.graph.dependencies[index] ?? []
    const missing = dependencies.filter((dependency) => standings[dependency]?.phase !== 'completed')
    return released({ ...standing, missing: missing.length })
  })
  const tree = buildTree(schedule.byPriority.flatMap((index) => entries[index] ?? []))
  const running = entries.filter(({ phase }) => phase === 'running').length
  const unfinished = entries.filter(({ phase }) => isUnfinished(phase)).length
  return { schedule, slots: options.slots, running, unfinished, tree }
}

/** Text that holds the whole state beside its plan: one letter per subtask. */
export function saveReadyQueue(queue: ReadyQueue): string {
  return encodePhases(queue.schedule.ids.map((_, index) => entryOf(queue, index)))
}

/** Starts what is ready while slots are free, the critical path first, in O(log n) for each one. */
export function takeReady(queue: ReadyQueue): {
  readonly queue: ReadyQueue
  readonly started: readonly string[]
} {
  const draft = new QueueDraft(queue)
  while (draft.running < queue.slots) {
    const priority = firstReady(draft.tree)
    if (priority === undefined) break
    draft.enter(queue.schedule.byPriority[priority] ?? 0, 'running')
  }
  const { queue: next, changes } = draft.end()
  return { queue: next, started: changes.map(({ id }) => id) }
}

/**
 * The state after an event, in O((1 + dependents) log n); a failure also walks everything that depends on it.
 * @throws Error when the plan has no such subtask
 */
export function transition(queue: ReadyQueue, event: ReadyQueueEvent): ReadyQueueStep {
  const draft = new QueueDraft(queue)
  if (event.type === 'task-cancelled') {
    queue.schedule.ids.forEach((_, index) => {
      const { phase } = entryOf(queue, index)
      if (isUnfinished(phase) && phase !== 'running') draft.enter(index, 'cancelled')
    })
    return draft.end()
  }
  const index = indexOf(queue, event.id)
  const { phase } = entryOf(queue, index)
  const isUndecided = phase === 'waiting' || phase === 'awaiting-approval'
  if (event.type === 'subtask-approved' && isUndecided) draft.approve(index)
  if (event.type === 'subtask-rejected' && isUndecided) draft.endWithout(index, 'skipped')
  if (event.type === 'subtask-cancelled' && isUnfinished(phase)) draft.endWithout(index, 'cancelled')
  if (event.type === 'subtask-failed' && phase === 'running') draft.endWithout(index, 'failed')
  if (event.type === 'subtask-completed' && phase === 'running') draft.complete(index)
  return draft.end()
}

/** Whether every subtask has ended, one way or another. */
export function isDone({ unfinished }: ReadyQueue): boolean {
  return unfinished === 0
}

/** Where a subtask stands. @throws Error when the plan has no such subtask */
export function phaseOf(queue: ReadyQueue, id: string): SubtaskPhase {
  return entryOf(queue, indexOf(queue, id)).phase
}

/** The subtasks that stand in a phase, in plan order. */
export function idsInPhase(queue: ReadyQueue, phase: SubtaskPhase): readonly string[] {
  return queue.schedule.ids.filter((_, index) => entryOf(queue, index).phase === phase)
}

function indexOf({ schedule }: ReadyQueue, id: string): number {
  const index = schedule.graph.indexOf.get(id)
  if (index === undefined) throw new Error(`the plan has no subtask ${JSON.stringify(id)}`)
  return index
}
