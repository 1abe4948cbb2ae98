import { describe, expect, it } from 'vitest'
import { progressMarkdown, summarise } from '../../../domain/plan/progress.ts'
import {
  type SubtaskPhase,
  type SubtaskProgress,
  TASK_PHASES,
  type TaskProgress,
} from '../../../domain/plan/task-progress.ts'

const used = { attempts: 1, inputTokens: 100, outputTokens: 50, costNanoUsd: 1000 }
const unused = { attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }

function row(id: string, phase: SubtaskPhase, rest: Partial<SubtaskProgress> = {}): SubtaskProgress {
  return { id, title: `Part ${id}`, phase, dependsOn: [], ...unused, ...rest }
}

function progressOf(rest: Partial<TaskProgress> = {}): TaskProgress {
  return {
    taskId: 'energy',
    phase: 'executing',
    planSource: 'model',
    notes: [],
    planning: used,
    subtasks: [
      row('s1', 'completed', { ...used, model: 'smol', version: 'q4', durationMs: 1234 }),
      row('s2', 'running', { model: 'smol' }),
      row('s3', 'failed', { ...used, reason: 'overloaded' }),
    ],
    synthesis: unused,
    approvals: [],
    startedAtMs: Date.UTC(2026, 10, 21, 12),
    ...rest,
  }
}

describe('summarise', () => {
  it('counts phases and adds up planning, subtasks and synthesis', () => {
    expect(summarise(progressOf({ synthesis: used }))).toMatchObject({
      subtasks: 3,
      byPhase: { completed: 1, running: 1, failed: 1, waiting: 0 },
      attempts: 4,
      inputTokens: 400,
      outputTokens: 200,
      costNanoUsd: 4000,
    })
  })
})

describe('progressMarkdown', () => {
  it('shows the phase, the counts and one row for each subtask', () => {
    expect(progressMarkdown(progressOf()).split('\n')).toEqual([
      '**energy: executing** (started 2026-11-21 12:00:00 UTC, plan: model)  ',
      '3 subtasks: 1 running, 1 completed, 1 failed  ',
      '3 calls, 300 tokens in, 150 out, $0.000003',
      '',
      'Next: 1 subtasks run.',
      '',
      '| id | subtask | phase | model | tokens | cost | time |',
      '| --- | --- | --- | --- | ---: | ---: | ---: |',
      '| s1 | Part s1 | completed | smol q4 | 100 + 50 | $0.000001 | 1.2 s |',
      '| s2 | Part s2 | running | smol |  |  |  |',
      '| s3 | Part s3 | failed: overloaded |  | 100 + 50 | $0.000001 |  |',
    ])
  })

  it('shows the exact JSON that answers each pending approval', () => {
    const pending = {
      phase: 'pending',
      question: 'Run it?',
      deadlineAtMs: Date.UTC(2026, 10, 22),
      onDeadline: 'reject',
    } as const
    const decided = {
      id: 'plan',
      question: 'q',
      phase: 'decided',
      decision: 'approve',
      by: 'ada',
      decidedAtMs: 1,
    } as const
    const text = progressMarkdown(progressOf({ approvals: [decided, { id: 'subtask/s_4', ...pending }] }))
    expect(text).toContain('{"approvalId":"subtask/s_4","decision":"approve","by":"your name"}')
    expect(text).toContain('until 2026-11-22 00:00:00 UTC, then "reject" is assumed')
    expect(text).not.toContain('"plan"')
  })

  it('keeps pipes, line breaks and markup of people and models out of the table', () => {
    const title = 'a | b\n| c `d` **e** <img src=x> [f](http://g)'
    const text = progressMarkdown(progressOf({ subtasks: [row('s1', 'running', { title })] }))
    expect(text.split('\n').at(-1)).toBe(
      String.raw`| s1 | a \| b \| c \`d\` \*\*e\*\* \<img src=x\> \[f\](http://g) | running |  |  |  |  |`,
    )
  })

  it('stays small with 1,000 subtasks and shows first what needs a look', () => {
    const subtasks = Array.from({ length: 1000 }, (_, index) =>
      row(`s${index}`, index === 700 ? 'failed' : index > 980 ? 'running' : 'completed', {
        title: 'long '.repeat(50),
      }),
    )
    const notes = Array.from({ length: 500 }, (_, index) => `note ${index}`)
    const text = progressMarkdown(progressOf({ subtasks, notes }))
    expect(text).toContain('| s700 |')
    expect(text.match(/\| running \|/g)).toHaveLength(19)
    expect(text).toContain('and 960 more subtasks')
    expect(text).toContain('- (490 earlier notes)')
    expect(text.length).toBeLessThan(10_000)
  })

  it.each(TASK_PHASES)('says what comes next when the task is %s', (phase) => {
    expect(progressMarkdown(progressOf({ phase }))).toMatch(/^Next: .+\.$/m)
  })
})
