import { describe, expect, it } from 'vitest'
import type { RolloutCommand } from '../../../domain/rollout/machine/events.ts'
import { nextAction, type OfferedUpdate } from '../../../domain/rollout/report/next-action.ts'
import { reportOf } from '../../../domain/rollout/report/rollout-report.ts'
import { rolloutMarkdown } from '../../../domain/rollout/report/rollout-markdown.ts'
import { stepRows } from '../../../domain/rollout/report/step-rows.ts'
import { transition } from '../../../domain/rollout/transition.ts'
import { recentCanary } from '../../../domain/rollout/evidence/recent.ts'
import {
  addAttempts,
  countAttempts,
  countsOf,
  mergeCounts,
  newTally,
} from '../../../domain/rollout/evidence/counts.ts'
import { countGuard, type ObservedAttempt } from '../../../domain/rollout/guards.ts'
import { SOON, STATES } from './phases.ts'
import { after, commanded, planOf } from './rollouts.ts'
import { unsupportedProblems } from '../../../domain/rollout/planning/unsupported.ts'

const states = Object.entries(STATES)

function commandOf({ name, input }: OfferedUpdate): RolloutCommand {
  const { decision } = input
  if (name === 'decide-gate') return { name, decision: decision === 'approve' ? 'approve' : 'reject' }
  return name === 'set-weight' ? { name, canaryPercent: 7 } : { name }
}

describe('a rollout as people see it', () => {
  it.each(states)('says in %s what comes next and offers nothing that it would refuse', (_name, state) => {
    const { text, updates } = nextAction(state)
    expect(text).toMatch(/\.$|: ./)
    for (const update of updates) {
      const { refusal } = transition(state, commanded(commandOf(update), SOON))
      // What the evidence allows is said by the refusal itself.
      if (refusal !== undefined) expect(refusal).toContain('needs evidence')
    }
  })

  it.each(states)('is shown in %s in tables that nothing breaks', (_name, state) => {
    const markdown = rolloutMarkdown(state)
    expect(markdown).toContain(`**chat: ${state.stage.phase}**`)
    for (const line of markdown.split('\n').filter((text) => text.startsWith('|'))) {
      expect(line).toMatch(/\|$/)
    }
    expect(markdown.length).toBeLessThan(8000)
  })

  it('does not let a comment become markup', () => {
    const state = after(STATES['observing'] ?? never(), {
      ...commanded({ name: 'pause' }, SOON),
      comment: '| <b>a</b> \n# b',
    })
    expect(rolloutMarkdown(state)).toContain(String.raw`\| \<b\>a\</b\> # b`)
  })

  it('knows the step that it is in', () => {
    const standing = (name: string) => stepRows(STATES[name] ?? never()).map(({ state }) => state)
    expect(standing('preparing')).toEqual(['to come', 'to come', 'to come'])
    expect(standing('gated')).toEqual(['now', 'to come', 'to come'])
    expect(standing('paused(gated)')).toEqual(['now', 'to come', 'to come'])
    expect(standing('keeping-old')).toEqual(['done', 'done', 'now'])
    expect(standing('completed')).toEqual(['done', 'done', 'done'])
    expect(standing('rolled-back')).toEqual(['not reached', 'not reached', 'not reached'])
  })

  it('is summed up at its end', () => {
    const report = reportOf(STATES['rolled-back'] ?? never())
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'guard', canaryPercent: 0, tries: 1 })
    expect(report.reason).toContain('errors')
    expect(reportOf(STATES['completed'] ?? never())).toMatchObject({ phase: 'completed', canaryPercent: 100 })
  })
})

describe('a plan', () => {
  it('with something that nothing can carry out yet is told so', () => {
    const steps = [{ canaryPercent: 5, evaluation: { suite: 'x' } }, { canaryPercent: 20 }]
    expect(unsupportedProblems(planOf({ steps, guards: ['errors', 'quality', 'judged-bad'] }))).toEqual([
      expect.stringMatching(/^steps\.0\.evaluation: /),
      expect.stringMatching(/^guards\.1: .* quality/),
      expect.stringMatching(/^guards\.2: .* judged-bad/),
    ])
    expect(unsupportedProblems(planOf())).toEqual([])
  })
})

describe('counting', () => {
  const errors = countGuard('errors')
  const attempt = (key: string, outcome: ObservedAttempt['outcome'], weight = 0.1): ObservedAttempt => ({
    arm: key.startsWith('c') ? 'canary' : 'stable',
    weight,
    key,
    outcome,
  })
  const all = [
    attempt('c1', 'overloaded'),
    attempt('c1', 'answered'),
    attempt('s1', 'answered'),
    attempt('c2', 'answered', 0.5),
    attempt('c1', 'overloaded', 0.5),
    attempt('s2', 'overloaded', 0.5),
  ]

  it('bit by bit gives the same as at once', () => {
    for (let cut = 0; cut <= all.length; cut++) {
      const tally = newTally()
      addAttempts(tally, all.slice(0, cut), errors)
      addAttempts(tally, all.slice(cut), errors)
      expect(countsOf(tally, errors)).toEqual(countAttempts(all, errors))
    }
  })

  it('of two parts is added up weight by weight', () => {
    const [left, right] = [all.slice(0, 3), all.slice(3)].map((part) => countAttempts(part, errors))
    const merged = mergeCounts(left ?? never(), right ?? never())
    expect(merged.cells.map(({ weight }) => weight)).toEqual([0.1, 0.5])
    expect(mergeCounts(merged, merged).cells[0]?.canary).toEqual({ units: 2, badUnits: 2, badEvents: 2 })
  })
})

describe('the last calls of a canary', () => {
  const call = (closedAtMs: number, outcome: ObservedAttempt['outcome'], operationId = `o${closedAtMs}`) => ({
    operationId,
    outcome,
    openedAtMs: closedAtMs - 10,
    closedAtMs,
    latencyMs: 10,
  })

  it('fail in a row until one succeeds, each request once, whatever order they were opened in', () => {
    const calls = [
      call(400, 'overloaded'),
      call(300, 'overloaded', 'o400'),
      call(100, 'answered'),
      call(50, 'overloaded'),
    ]
    expect(recentCanary(calls, 0).failuresInARow).toBe(1)
    expect(recentCanary([...calls, call(500, 'refused')], 0).failuresInARow).toBe(0)
    expect(recentCanary([...calls, call(500, 'rate-limited')], 0).failuresInARow).toBe(1)
    expect(recentCanary([], 0)).toMatchObject({ requests: 0, failuresInARow: 0, meanResponseMs: 0 })
  })

  it('are counted within their time', () => {
    const calls = [call(400, 'overloaded'), call(300, 'refused'), call(200, 'answered'), call(50, 'answered')]
    expect(recentCanary(calls, 100)).toMatchObject({
      requests: 3,
      errors: 1,
      successes: 1,
      meanResponseMs: 10,
    })
  })
})

function never(): never {
  throw new Error('not there')
}
