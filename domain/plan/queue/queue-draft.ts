import {
  type ReadyQueue,
  type ReadyQueueStep,
  type SubtaskChange,
  entryOf,
  isUnfinished,
  released,
} from './queue-state.ts'
import { type QueueEntry, type ReadyTree, withEntry } from './ready-tree.ts'
import type { SubtaskPhase } from '../task-progress.ts'

/** Collects what one step changes, by plan position, and counts along. Lives within the step only. */
export class QueueDraft {
  readonly #queue: ReadyQueue
  readonly #changes: SubtaskChange[] = []
  #unfinished: number
  running: number
  tree: ReadyTree

  constructor(queue: ReadyQueue) {
    this.#queue = queue
    this.#unfinished = queue.unfinished
    this.running = queue.running
    this.tree = queue.tree
  }

  enter(index: number, phase: SubtaskPhase, becauseOf?: string): void {
    this.#replace(index, { ...this.#entry(index), phase }, becauseOf)
  }

  approve(index: number): void {
    this.#replace(index, released({ ...this.#entry(index), gated: false }))
  }

  /** Dependents that waited for this one alone go on. */
  complete(index: number): void {
    this.enter(index, 'completed')
    for (const dependent of this.#dependents(index)) {
      const entry = this.#entry(dependent)
      this.#replace(dependent, released({ ...entry, missing: entry.missing - 1 }))
    }
  }

  /** The subtask ends without a result: everything that depends on it is skipped, and nothing else. */
  endWithout(index: number, phase: 'failed' | 'cancelled' | 'skipped'): void {
    this.enter(index, phase)
    const reached = [...this.#dependents(index)]
    // The list grows while it is read.
    for (const dependent of reached) {
      if (!isUnfinished(this.#entry(dependent).phase)) continue
      this.enter(dependent, 'skipped', this.#queue.schedule.ids[index])
      reached.push(...this.#dependents(dependent))
    }
  }

  end(): ReadyQueueStep {
    const { tree, running } = this
    return { queue: { ...this.#queue, tree, running, unfinished: this.#unfinished }, changes: this.#changes }
  }

  #replace(index: number, entry: QueueEntry, becauseOf?: string): void {
    const { schedule } = this.#queue
    const before = this.#entry(index)
    this.tree = withEntry(this.tree, schedule.priorityOf[index] ?? 0, entry)
    if (entry.phase === before.phase) return
    this.running += Number(entry.phase === 'running') - Number(before.phase === 'running')
    this.#unfinished += Number(isUnfinished(entry.phase)) - Number(isUnfinished(before.phase))
    const change = { id: schedule.ids[index] ?? '', phase: entry.phase }
    this.#changes.push(becauseOf === undefined ? change : { ...change, becauseOf })
  }

  #entry(index: number): QueueEntry {
    return entryOf({ schedule: this.#queue.schedule, tree: this.tree }, index)
  }

  #dependents(index: number): readonly number[] {
    return this.#queue.schedule.graph.dependents[index] ?? []
  }
}
