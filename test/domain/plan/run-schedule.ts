import type { Subtask } from '../../../domain/plan/plan.ts'
import { type ReadyQueue, isDone, takeReady, transition } from '../../../domain/plan/ready-queue.ts'

export interface Run {
  readonly makespan: number
  /** Ids in the order in which they started. */
  readonly started: readonly string[]
  /** Ids in the order in which they completed, with the time. */
  readonly completed: readonly (readonly [string, number])[]
  readonly mostRunning: number
}

type Durations = ReadonlyMap<string, number>

/** Runs a queue against simulated time: what started ends after its duration, earliest first. */
export function runSchedule(first: ReadyQueue, durations: Durations): Run {
  const running = new Map<string, number>()
  const started: string[] = []
  const completed: [string, number][] = []
  let queue = first
  let now = 0
  let mostRunning = 0
  while (!isDone(queue)) {
    const taken = takeReady(queue)
    started.push(...taken.started)
    for (const id of taken.started) running.set(id, now + (durations.get(id) ?? 0))
    mostRunning = Math.max(mostRunning, running.size)
    const [next] = [...running].toSorted((left, right) => left[1] - right[1])
    if (next === undefined) throw new Error('nothing runs and not everything has ended')
    running.delete(next[0])
    now = next[1]
    completed.push(next)
    queue = transition(taken.queue, { type: 'subtask-completed', id: next[0] }).queue
  }
  return { makespan: now, started, completed, mostRunning }
}

/** The baseline: level by level, each waiting for the slowest of the one before. */
export function waveMakespan(subtasks: readonly Subtask[], durations: Durations): number {
  const levels = new Map<number, number>()
  const levelOf = memoised(subtasks, ({ dependsOn }, level) =>
    Math.max(0, ...dependsOn.map((id) => level(id) + 1)),
  )
  for (const { id } of subtasks) {
    const level = levelOf(id)
    levels.set(level, Math.max(levels.get(level) ?? 0, durations.get(id) ?? 0))
  }
  return [...levels.values()].reduce((sum, slowest) => sum + slowest, 0)
}

/** The bound: the longest chain of durations. */
export function criticalPath(subtasks: readonly Subtask[], durations: Durations): number {
  const endOf = memoised(
    subtasks,
    ({ id, dependsOn }, end) => Math.max(0, ...dependsOn.map(end)) + (durations.get(id) ?? 0),
  )
  return Math.max(...subtasks.map(({ id }) => endOf(id)))
}

function memoised(
  subtasks: readonly Subtask[],
  compute: (subtask: Subtask, of: (id: string) => number) => number,
): (id: string) => number {
  const byId = new Map(subtasks.map((subtask) => [subtask.id, subtask]))
  const known = new Map<string, number>()
  const of = (id: string): number => {
    const subtask = byId.get(id)
    if (subtask === undefined) return 0
    const value = known.get(id) ?? compute(subtask, of)
    known.set(id, value)
    return value
  }
  return of
}
