import { type IndexedGraph, indexGraph, topologicalOrder } from './graph-order.ts'
import type { Subtask } from '../plan.ts'

/** What follows from a plan alone and never changes while it runs. Numbers are positions in the plan. */
export interface Schedule {
  readonly ids: readonly string[]
  readonly graph: IndexedGraph
  /** The longest remaining path first, ties in plan order. */
  readonly byPriority: readonly number[]
  /** The inverse: the priority of each position. */
  readonly priorityOf: readonly number[]
}

/** Puts a plan into the order of its critical path. @throws Error when the plan has a cycle */
export function createSchedule(subtasks: readonly Subtask[]): Schedule {
  const graph = indexGraph(subtasks)
  const remaining = remainingPaths(graph, subtaskWeights(subtasks))
  const byPriority = subtasks
    .map((_, index) => index)
    .toSorted((left, right) => (remaining[right] ?? 0) - (remaining[left] ?? 0) || left - right)
  const priorityOf = subtasks.map(() => 0)
  byPriority.forEach((index, priority) => {
    priorityOf[index] = priority
  })
  return { ids: subtasks.map(({ id }) => id), graph, byPriority, priorityOf }
}

/**
 * Expected length of each subtask: its output tokens where the plan bounds them, else the mean of those that it
 * does bound, else 1. Generation time grows with output tokens, so that they order paths as time would.
 */
function subtaskWeights(subtasks: readonly Subtask[]): readonly number[] {
  const known = subtasks.flatMap(({ maxOutputTokens }) => maxOutputTokens ?? [])
  const mean = known.length === 0 ? 1 : known.reduce((sum, tokens) => sum + tokens, 0) / known.length
  return subtasks.map(({ maxOutputTokens }) => maxOutputTokens ?? mean)
}

/**
 * Weight of the heaviest path from each node to an end of the graph, the node itself included, by position. The
 * greatest of them is the critical path: no schedule is shorter.
 * @throws Error when the graph has a cycle
 */
function remainingPaths(graph: IndexedGraph, weights: readonly number[]): readonly number[] {
  const order = topologicalOrder(graph)
  if (order.length < graph.dependencies.length) throw new Error('the plan has a cycle: check it first')
  const remaining = weights.map(() => 0)
  for (const index of order.toReversed()) {
    const behind = (graph.dependents[index] ?? []).map((dependent) => remaining[dependent] ?? 0)
    remaining[index] = (weights[index] ?? 0) + behind.reduce((most, path) => Math.max(most, path), 0)
  }
  return remaining
}
