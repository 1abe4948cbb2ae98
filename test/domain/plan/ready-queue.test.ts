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
import { subtask } from './arbitrary-plan.ts'

const diamond = [subtask('a'), subtask('b', ['a']), subtask('c', ['a']), subtask('d', ['b', 'c'])]
const gated: readonly Subtask[] = [subtask('a'), subtask('b', ['a'], { requiresApproval: true })]

function startOf(subtasks: readonly Subtask[], slots = 10): ReadyQueue {
  return takeReady(createReadyQueue(subtasks, { slots })).queue
}

/** Applies events, starting whatever gets ready in between. */
function after(queue: ReadyQueue, ...events: readonly ReadyQueueEvent[]): ReadyQueue {
  return events.reduce((state, event) => takeReady(transition(state, event).queue).queue, queue)
}

const completed = (id: string): ReadyQueueEvent => ({ type: 'subtask-completed', id })
const failed = (id: string): ReadyQueueEvent => ({ type: 'subtask-failed', id })
const approved = (id: string): ReadyQueueEvent => ({ type: 'subtask-approved', id })
const rejected = (id: string): ReadyQueueEvent => ({ type: 'subtask-rejected', id })

describe('a ready queue', () => {
  it('starts a subtask when its own dependencies are done, not those of its level', () => {
    const queue = startOf([subtask('slow'), subtask('fast'), subtask('next', ['fast'])])
    expect(idsInPhase(after(queue, completed('fast')), 'running')).toEqual(['slow', 'next'])
  })

  it('reports what became ready, once', () => {
    const b = transition(startOf(diamond), completed('a'))
    expect(b.changes).toEqual([
      { id: 'a', phase: 'completed' },
      { id: 'b', phase: 'ready' },
      { id: 'c', phase: 'ready' },
    ])
    expect(transition(b.queue, completed('a')).changes).toEqual([])
  })

  it('does not change the state that a transition started from', () => {
    const before = startOf(diamond)
    const saved = saveReadyQueue(before)
    after(before, completed('a'), completed('b'))
    expect(saveReadyQueue(before)).toBe(saved)
    expect(phaseOf(before, 'a')).toBe('running')
  })

  it('starts the longest remaining path first, ties in plan order', () => {
    const plan = [
      subtask('short'),
      subtask('long', [], { maxOutputTokens: 10 }),
      subtask('head', [], { maxOutputTokens: 1 }),
      subtask('tail', ['head'], { maxOutputTokens: 30 }),
      subtask('also-short'),
    ]
    expect(takeReady(createReadyQueue(plan, { slots: 5 })).started).toEqual([
      'head',
      'short',
      'also-short',
      'long',
    ])
    const single = [subtask('x'), subtask('y'), subtask('z', ['y'])]
    expect(takeReady(createReadyQueue(single, { slots: 1 })).started).toEqual(['y'])
  })

  it('counts a dependency that is named twice once', () => {
    const queue = startOf([subtask('a'), subtask('b', ['a', 'a'])])
    expect(phaseOf(after(queue, completed('a')), 'b')).toBe('running')
  })

  it('skips everything behind a failure and nothing else, and says because of what', () => {
    const plan = [...diamond, subtask('alone'), subtask('behind', ['d', 'alone'])]
    const step = transition(after(startOf(plan), completed('a')), failed('b'))
    expect(step.changes).toEqual([
      { id: 'b', phase: 'failed' },
      { id: 'd', phase: 'skipped', becauseOf: 'b' },
      { id: 'behind', phase: 'skipped', becauseOf: 'b' },
    ])
    expect(idsInPhase(step.queue, 'running')).toEqual(['c', 'alone'])
    expect(isDone(after(step.queue, completed('c'), completed('alone')))).toBe(true)
  })

  it('starts nothing new after a cancellation, and lets what runs end', () => {
    const { queue, changes } = transition(after(startOf(diamond), completed('a')), { type: 'task-cancelled' })
    expect(changes).toEqual([{ id: 'd', phase: 'cancelled' }])
    const ended = after(queue, { type: 'subtask-cancelled', id: 'b' }, completed('c'))
    expect([phaseOf(ended, 'b'), phaseOf(ended, 'c'), phaseOf(ended, 'd')]).toEqual([
      'cancelled',
      'completed',
      'cancelled',
    ])
    expect(isDone(ended)).toBe(true)
  })

  it('refuses an unknown subtask, a cycle and a saved state of another plan', () => {
    expect(() => transition(startOf(diamond), completed('z'))).toThrow('the plan has no subtask "z"')
    const circle = [subtask('a', ['b']), subtask('b', ['a'])]
    expect(() => createReadyQueue(circle, { slots: 1 })).toThrow('cycle')
    expect(() => createReadyQueue(diamond, { slots: 1, saved: 'cc' })).toThrow('does not fit')
    expect(() => createReadyQueue(diamond, { slots: 1, saved: 'ccc?' })).toThrow('unknown phase')
  })

  it('of a plan without subtasks is done', () => {
    const { queue, started } = takeReady(createReadyQueue([], { slots: 1 }))
    expect([started, isDone(queue)]).toEqual([[], true])
  })
})

describe('a subtask that needs approval', () => {
  it('waits for its dependencies, then for a person, and holds no slot', () => {
    const waiting = after(startOf(gated, 1), completed('a'))
    expect(phaseOf(waiting, 'b')).toBe('awaiting-approval')
    expect(waiting.running).toBe(0)
    expect(isDone(waiting)).toBe(false)
    expect(phaseOf(after(waiting, approved('b')), 'b')).toBe('running')
  })

  it('may be approved before its dependencies completed', () => {
    const early = after(startOf(gated), approved('b'))
    expect(phaseOf(early, 'b')).toBe('waiting')
    expect(phaseOf(after(early, completed('a')), 'b')).toBe('running')
  })

  it('is skipped when a person says no, with what depends on it', () => {
    const plan = [...gated, subtask('c', ['b']), subtask('d')]
    const { changes, queue } = transition(after(startOf(plan), completed('a')), rejected('b'))
    expect(changes).toEqual([
      { id: 'b', phase: 'skipped' },
      { id: 'c', phase: 'skipped', becauseOf: 'b' },
    ])
    expect(transition(queue, approved('b')).changes).toEqual([])
  })

  it('keeps an early yes across a restart', () => {
    const early = after(startOf(gated), approved('b'))
    const restored = createReadyQueue(gated, { slots: 10, saved: saveReadyQueue(early) })
    expect(phaseOf(after(restored, completed('a')), 'b')).toBe('running')
    const undecided = createReadyQueue(gated, { slots: 10, saved: saveReadyQueue(startOf(gated)) })
    expect(phaseOf(after(undecided, completed('a')), 'b')).toBe('awaiting-approval')
  })
})
