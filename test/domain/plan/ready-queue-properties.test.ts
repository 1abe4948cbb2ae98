import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subtask } from '../../../domain/plan/plan.ts'
import {
  type ReadyQueue,
  type ReadyQueueEvent,
  createReadyQueue,
  idsInPhase,
  isDone,
  phaseOf,
  saveReadyQueue,
  takeReady,
  transition,
} from '../../../domain/plan/ready-queue.ts'
import { arbitraryPlan, subtask } from './arbitrary-plan.ts'
import { criticalPath, runSchedule, waveMakespan } from './run-schedule.ts'

const slotCounts = fc.integer({ min: 1, max: 5 })
const seeds = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 14, maxLength: 14 })

function durationsOf(subtasks: readonly Subtask[], numbers: readonly number[]): ReadonlyMap<string, number> {
  return new Map(subtasks.map(({ id }, index) => [id, numbers[index] ?? 1]))
}

const byName = (left: string, right: string): number => left.localeCompare(right)
const idsOf = (subtasks: readonly Subtask[]): readonly string[] =>
  subtasks.map(({ id }) => id).toSorted(byName)

describe('every schedule', () => {
  it('completes each subtask exactly once, after its dependencies, within the slots', () => {
    fc.assert(
      fc.property(arbitraryPlan(), slotCounts, seeds, (subtasks, slots, numbers) => {
        const run = runSchedule(createReadyQueue(subtasks, { slots }), durationsOf(subtasks, numbers))
        const ended = run.completed.map(([id]) => id)
        expect(ended.toSorted(byName)).toEqual(idsOf(subtasks))
        expect(run.started.toSorted(byName)).toEqual(idsOf(subtasks))
        expect(run.mostRunning).toBeLessThanOrEqual(slots)
        const endOf = new Map(run.completed)
        for (const { id, dependsOn } of subtasks) {
          const startedAt = (endOf.get(id) ?? 0) - (durationsOf(subtasks, numbers).get(id) ?? 0)
          for (const dependency of dependsOn)
            expect(startedAt).toBeGreaterThanOrEqual(endOf.get(dependency) ?? 0)
        }
      }),
    )
  })

  it('takes as long as the critical path when slots do not bind, and never longer than waves', () => {
    fc.assert(
      fc.property(arbitraryPlan(), seeds, (subtasks, numbers) => {
        const durations = durationsOf(subtasks, numbers)
        const { makespan } = runSchedule(createReadyQueue(subtasks, { slots: 100 }), durations)
        expect(makespan).toBe(criticalPath(subtasks, durations))
        expect(makespan).toBeLessThanOrEqual(waveMakespan(subtasks, durations))
      }),
    )
  })

  it('leaves no slot free while something is ready, and takes the longest remaining path first', () => {
    fc.assert(
      fc.property(arbitraryPlan(), slotCounts, (subtasks, slots) => {
        const queue = createReadyQueue(subtasks, { slots })
        const ready = idsInPhase(queue, 'ready')
        const { started } = takeReady(queue)
        expect(started).toHaveLength(Math.min(slots, ready.length))
        const remaining = remainingOf(subtasks)
        const best = ready.toSorted(
          (left, right) => remaining(right) - remaining(left) || planOrder(subtasks, left, right),
        )
        expect(started).toEqual(best.slice(0, slots))
      }),
    )
  })
})

describe('a saved queue', () => {
  it('goes on exactly as the one that was never saved', () => {
    const steps = fc.array(fc.record({ pick: fc.nat(), kind: fc.nat({ max: 9 }) }), { maxLength: 40 })
    fc.assert(
      fc.property(arbitraryPlan(), slotCounts, steps, (plan, slots, choices) => {
        const subtasks = plan.map((one, index) => ({ ...one, requiresApproval: index % 3 === 0 }))
        let kept = createReadyQueue(subtasks, { slots })
        let restored = kept
        for (const choice of choices) {
          const event = nextEvent(kept, choice)
          const [left, right] = [takeReady(kept), takeReady(restored)]
          expect(right.started).toEqual(left.started)
          if (event === undefined) break
          const [keptStep, restoredStep] = [transition(left.queue, event), transition(right.queue, event)]
          expect(restoredStep.changes).toEqual(keptStep.changes)
          kept = keptStep.queue
          const saved: unknown = JSON.parse(JSON.stringify(saveReadyQueue(restoredStep.queue)))
          restored = createReadyQueue(subtasks, { slots, saved: String(saved) })
          expect([restored.running, restored.unfinished]).toEqual([kept.running, kept.unfinished])
        }
      }),
    )
  })

  it('needs one byte a subtask', () => {
    const subtasks = Array.from({ length: 1000 }, (_, index) => subtask(`s${index}`))
    const { queue } = takeReady(createReadyQueue(subtasks, { slots: 50 }))
    expect(saveReadyQueue(queue)).toHaveLength(1000)
  })
})

describe('a failure', () => {
  it('skips exactly what depends on it', () => {
    fc.assert(
      fc.property(arbitraryPlan(), fc.nat(), (subtasks, pick) => {
        const victim = subtasks[pick % subtasks.length]?.id ?? ''
        let { queue } = takeReady(createReadyQueue(subtasks, { slots: 100 }))
        while (!isDone(queue)) {
          const [id = ''] = idsInPhase(queue, 'running')
          const type = id === victim ? 'subtask-failed' : 'subtask-completed'
          ;({ queue } = takeReady(transition(queue, { type, id }).queue))
        }
        for (const { id } of subtasks) {
          const expected = id === victim ? 'failed' : isBehind(subtasks, id, victim) ? 'skipped' : 'completed'
          expect(phaseOf(queue, id)).toBe(expected)
        }
      }),
    )
  })
})

describe('a step', () => {
  it('stays cheap in a plan of 100,000 subtasks', () => {
    const subtasks = Array.from({ length: 100_000 }, (_, index) =>
      subtask(`s${index}`, index < 100 ? [] : [`s${index - 100}`]),
    )
    let queue = createReadyQueue(subtasks, { slots: 50 })
    const start = performance.now()
    for (let step = 0; step < 2000; step++) {
      const taken = takeReady(queue)
      queue = transition(taken.queue, { type: 'subtask-completed', id: taken.started[0] ?? `s${step}` }).queue
    }
    // Copying the state in each step would take minutes.
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

/** Any event that could come next, or `undefined` at the end. */
function nextEvent(
  queue: ReadyQueue,
  { pick, kind }: { pick: number; kind: number },
): ReadyQueueEvent | undefined {
  const running = [...idsInPhase(queue, 'running'), ...idsInPhase(queue, 'ready')]
  const held = [...idsInPhase(queue, 'awaiting-approval'), ...idsInPhase(queue, 'waiting')]
  if (kind < 3 && held.length > 0) {
    const type = kind === 0 ? 'subtask-rejected' : 'subtask-approved'
    return { type, id: held[pick % held.length] ?? '' }
  }
  if (running.length === 0) return undefined
  const type = kind === 9 ? 'subtask-failed' : kind === 8 ? 'subtask-cancelled' : 'subtask-completed'
  return { type, id: running[pick % running.length] ?? '' }
}

function isBehind(subtasks: readonly Subtask[], id: string, other: string): boolean {
  const direct = subtasks.find((one) => one.id === id)?.dependsOn ?? []
  return direct.includes(other) || direct.some((dependency) => isBehind(subtasks, dependency, other))
}

/** Remaining path by its definition: own weight plus the heaviest path of what depends on it. */
function remainingOf(subtasks: readonly Subtask[]): (id: string) => number {
  const known = subtasks.flatMap(({ maxOutputTokens }) => maxOutputTokens ?? [])
  const mean = known.length === 0 ? 1 : known.reduce((sum, tokens) => sum + tokens, 0) / known.length
  const remaining = (id: string): number => {
    const own = subtasks.find((one) => one.id === id)?.maxOutputTokens ?? mean
    const behind = subtasks.filter((one) => one.dependsOn.includes(id)).map((one) => remaining(one.id))
    return own + Math.max(0, ...behind)
  }
  return remaining
}

function planOrder(subtasks: readonly Subtask[], left: string, right: string): number {
  const position = (id: string): number => subtasks.findIndex((one) => one.id === id)
  return position(left) - position(right)
}
