import type { SubtaskProgress, TaskEvent, TaskProgress } from '../../domain/plan/task-progress.ts'
import { describe, expect, test } from 'vitest'
import { createEventMemory, isSubtaskOver, isTaskOver } from '../../client/event-memory.ts'

const NOTHING = { attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }

function subtask(id: string, phase: SubtaskProgress['phase']): SubtaskProgress {
  return { ...NOTHING, id, title: id, phase, dependsOn: [] }
}

function progress(change: Partial<TaskProgress>): TaskProgress {
  return {
    taskId: 't',
    phase: 'executing',
    notes: [],
    planning: NOTHING,
    subtasks: [],
    synthesis: NOTHING,
    approvals: [],
    startedAtMs: 0,
    ...change,
  }
}

describe('what a watcher was told', () => {
  test('is not told again', () => {
    const memory = createEventMemory()
    const event: TaskEvent = { type: 'subtask-changed', atMs: 1, subtask: subtask('s1', 'running') }
    memory.remember(event)
    memory.remember({ type: 'phase-changed', atMs: 1, phase: 'executing' })
    expect(memory.catchUp(progress({ subtasks: [event.subtask] }), 2)).toEqual([])
  })

  test('is completed from a snapshot, the end of the task last', () => {
    const memory = createEventMemory()
    memory.remember({ type: 'phase-changed', atMs: 1, phase: 'executing' })
    const ended = progress({ phase: 'partial', notes: ['late'], subtasks: [subtask('s1', 'failed')] })
    expect(memory.catchUp(ended, 5)).toEqual([
      { type: 'note-added', atMs: 5, note: 'late' },
      { type: 'subtask-changed', atMs: 5, subtask: subtask('s1', 'failed') },
      { type: 'phase-changed', atMs: 5, phase: 'partial' },
    ])
    expect(memory.catchUp(ended, 6)).toEqual([])
  })

  test('does not count a subtask that only waits as news', () => {
    const memory = createEventMemory()
    const waiting = progress({ subtasks: [subtask('s1', 'waiting')] })
    expect(memory.catchUp(waiting, 1).map(({ type }) => type)).toEqual(['phase-changed'])
  })

  test('follows an approval from pending to decided', () => {
    const memory = createEventMemory()
    const pending = {
      id: 'plan',
      question: '?',
      phase: 'pending',
      deadlineAtMs: 9,
      onDeadline: 'reject',
    } as const
    const decided = {
      id: 'plan',
      question: '?',
      phase: 'decided',
      decision: 'approve',
      by: 'ada',
      decidedAtMs: 3,
    } as const
    memory.catchUp(progress({ approvals: [pending] }), 1)
    expect(memory.catchUp(progress({ approvals: [decided] }), 4)).toEqual([
      { type: 'approval-changed', atMs: 4, approval: decided },
    ])
  })
})

test.each(['completed', 'partial', 'failed', 'cancelled', 'rejected'] as const)(
  'a %s task is over',
  (phase) => {
    expect(isTaskOver(phase)).toBe(true)
  },
)

test.each(['planning', 'awaiting-approval', 'executing', 'synthesising'] as const)(
  'a task in phase %s is not over',
  (phase) => {
    expect(isTaskOver(phase)).toBe(false)
  },
)

test('a running subtask is not over, a skipped one is', () => {
  expect([isSubtaskOver('running'), isSubtaskOver('skipped')]).toEqual([false, true])
})
