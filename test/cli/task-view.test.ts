import { approvalSentence, eventLines } from '../../cli/watch/event-line.ts'
import { describe, expect, test } from 'vitest'
import { planSentence, taskTable } from '../../cli/render/task-report.ts'
import { subtask, taskProgress } from './progress.ts'
import { createLiveBlock } from '../../cli/render/live-block.ts'
import { foldEvent } from '../../cli/watch/fold-event.ts'
import type { Approval } from '../../domain/plan/approval.ts'
import { taskLines } from '../../cli/render/task-lines.ts'

const PENDING: Approval = {
  id: 'plan',
  question: 'Run 4 subtasks?',
  phase: 'pending',
  deadlineAtMs: Date.parse('2026-11-22T00:00:00Z'),
  onDeadline: 'reject',
}

describe('a running task on a terminal', () => {
  test('shows what runs, what is done and what waits for what', () => {
    const lines = taskLines(
      taskProgress({
        subtasks: [
          subtask('s1', { phase: 'completed', model: 'smol', version: 'q4', durationMs: 4200 }),
          subtask('s2', { phase: 'running', model: 'smol', version: 'q4' }),
          subtask('s3', { dependsOn: ['s1', 's2'] }),
          subtask('s4', { phase: 'failed', reason: 'all attempts failed' }),
        ],
      }),
      13_000,
    )
    expect(lines).toEqual([
      'executing · 2 of 4 subtasks done · 12.0 s',
      '  ✔ s1 Title of s1 · on smol q4 · 4.2 s',
      '  ▸ s2 Title of s2 · running · on smol q4',
      '  · s3 Title of s3 · after s1, s2',
      '  ✖ s4 Title of s4 · failed · all attempts failed',
    ])
  })

  test('lists only what runs or went wrong when there are many', () => {
    const subtasks = Array.from({ length: 1000 }, (_, index) =>
      subtask(`s${index}`, { phase: index < 20 ? 'running' : index === 20 ? 'failed' : 'waiting' }),
    )
    const lines = taskLines(taskProgress({ subtasks }), 1000)
    expect(lines.length).toBeLessThan(24)
    expect(lines[1]).toContain('s20')
  })
})

describe('an event', () => {
  const progress = taskProgress({ subtasks: [subtask('s1'), subtask('s2')] })

  test('about a subtask changes that subtask', () => {
    const running = subtask('s1', { phase: 'running' })
    const next = foldEvent(progress, { type: 'subtask-changed', atMs: 2, subtask: running })
    expect(next?.subtasks).toEqual([running, subtask('s2')])
  })

  test('that is older than the snapshot does not start a finished subtask again', () => {
    const completed = subtask('s1', { phase: 'completed' })
    const known = taskProgress({ subtasks: [completed] })
    const late = { type: 'subtask-changed', atMs: 2, subtask: subtask('s1', { phase: 'running' }) } as const
    expect(foldEvent(known, late)?.subtasks).toEqual([completed])
  })

  test('about something unknown asks for the whole picture', () => {
    expect(foldEvent(progress, { type: 'subtask-changed', atMs: 2, subtask: subtask('s9') })).toBeUndefined()
    expect(foldEvent(progress, { type: 'phase-changed', atMs: 2, phase: 'completed' })).toBeUndefined()
  })

  test('told twice is noted once', () => {
    const note = { type: 'note-added', atMs: 2, note: 'late' } as const
    const once = foldEvent(progress, note)
    expect(once === undefined ? undefined : foldEvent(once, note)?.notes).toEqual(['late'])
  })

  test('of an end counts how far the task is', () => {
    const completed = subtask('s1', { phase: 'completed', durationMs: 500 })
    const after = taskProgress({ subtasks: [completed, subtask('s2')] })
    expect(eventLines({ type: 'subtask-changed', atMs: 3000, subtask: completed }, after, 1)).toEqual([
      '[2.0 s] ✔ s1 Title of s1 · 500 ms (1 of 2)',
    ])
  })

  test('that asks a person says how to answer', () => {
    const sentence = approvalSentence(PENDING, 't1')
    expect(sentence).toContain('switchyard task approve t1 --approval plan')
    expect(sentence).toContain('2026-11-22T00:00:00.000Z')
    expect(eventLines({ type: 'approval-changed', atMs: 1000, approval: PENDING }, progress, 0)).toEqual([
      `[0 ms] ${sentence}`,
    ])
  })
})

describe('the report of a task', () => {
  test('has a row for each step with its model, tokens, time and cost, and the sums', () => {
    const used = {
      attempts: 1,
      inputTokens: 100,
      outputTokens: 20,
      costNanoUsd: 1000,
      model: 'smol',
      version: 'q4',
    }
    const table = taskTable(
      taskProgress({
        phase: 'completed',
        planning: { ...used, durationMs: 900 },
        subtasks: [subtask('s1', { ...used, phase: 'completed', durationMs: 1500 })],
      }),
      5000,
    )
    expect(table).toMatch(/^planning .*smol q4 +1 +100 +20 +900 ms +\$0\.000001$/m)
    expect(table).toMatch(/^s1 +Title of s1 +completed +smol q4 +1 +100 +20 +1\.5 s +\$0\.000001$/m)
    expect(table).toMatch(/^all +completed +2 +200 +40 +5\.0 s +\$0\.000002$/m)
  })

  test('announces a fallback plan', () => {
    expect(planSentence(taskProgress({ planSource: 'single' }))).toContain('FALLBACK')
    expect(planSentence(taskProgress({ planSource: 'model' }))).toContain("model's own")
    expect(planSentence(taskProgress({}))).toBeUndefined()
  })
})

describe('a live block', () => {
  function fakeStream() {
    const written: string[] = []
    const stream: NodeJS.WriteStream = Object.assign(Object.create(process.stderr), {
      isTTY: true,
      columns: 12,
      rows: 4,
      write: (text: string) => written.push(text) > 0,
    })
    return { stream, written }
  }

  test('cuts its lines to the window, from the top', () => {
    const { stream, written } = fakeStream()
    createLiveBlock(stream).draw(['one', '  a line that is too long', 'three', 'four', 'five'])
    expect(written.join('')).toContain('one\n  a line t…\nthree')
    expect(written.join('')).not.toContain('four')
  })

  test('leaves nothing behind when it is cleared', () => {
    const { stream, written } = fakeStream()
    const block = createLiveBlock(stream)
    block.draw(['one', 'two'])
    written.length = 0
    block.clear()
    expect(written.join('')).toContain('\u001b[2K')
    expect(written.join('')).not.toContain('two')
  })
})
