import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Approvals,
  type DecideResult,
  closePending,
  decide,
  expire,
  nextDeadline,
  pendingApprovals,
  requestApproval,
} from '../../../domain/plan/approvals.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000

function ask(state: Approvals, id: string, deadlineAtMs = NOON + HOUR): Approvals {
  return requestApproval(state, { id, question: `Run ${id}?`, deadlineAtMs, onDeadline: 'reject' })
}

function three(): Approvals {
  return ['plan', 'subtask/a', 'subtask/b'].reduce((state, id) => ask(state, id), [] as Approvals)
}

function stateAfter(result: DecideResult): Approvals {
  if (!result.ok) throw new Error(result.problem)
  return result.state
}

const problemOf = (result: DecideResult): string => (result.ok ? '' : result.problem)
const yes = (approvalId?: string, by = 'ada') => ({ approvalId, decision: 'approve', by }) as const
const no = (approvalId?: string, by = 'bob') => ({ approvalId, decision: 'reject', by }) as const

describe('approvals', () => {
  it('are addressed one by one, in any order, each with its own answer', () => {
    const ids = ['plan', 'subtask/a', 'subtask/b']
    const answers = fc.tuple(
      fc.shuffledSubarray(ids, { minLength: 3 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    )
    fc.assert(
      fc.property(answers, ([order, verdicts]) => {
        const approves = new Map(order.map((id, index) => [id, verdicts[index] === true]))
        const end = order.reduce((state, id) => {
          // A restart between any two answers changes nothing.
          const restored = structuredClone(state)
          return stateAfter(decide(restored, approves.get(id) === true ? yes(id) : no(id), NOON))
        }, three())
        expect(pendingApprovals(end)).toEqual([])
        for (const approval of end)
          expect(approval).toMatchObject({
            decision: approves.get(approval.id) === true ? 'approve' : 'reject',
          })
      }),
    )
  })

  it('leave siblings as they are', () => {
    const end = stateAfter(decide(three(), no('subtask/a'), NOON))
    expect(pendingApprovals(end).map(({ id }) => id)).toEqual(['plan', 'subtask/b'])
  })

  it('keep who decided, when and why', () => {
    const result = decide(ask([], 'plan'), { ...yes(), comment: 'go' }, NOON)
    expect(result.ok && result.approval).toEqual({
      id: 'plan',
      question: 'Run plan?',
      phase: 'decided',
      decision: 'approve',
      by: 'ada',
      comment: 'go',
      decidedAtMs: NOON,
    })
  })

  it('need no id while exactly one is pending', () => {
    const one = stateAfter(decide(stateAfter(decide(three(), yes('plan'), NOON)), no('subtask/b'), NOON))
    expect(stateAfter(decide(one, yes(), NOON))[1]).toMatchObject({ id: 'subtask/a', decision: 'approve' })
  })

  it('need an id while several are pending, and say which', () => {
    expect(problemOf(decide(three(), yes(), NOON))).toBe(
      '3 approvals are pending, say which one by "approvalId": plan, subtask/a, subtask/b',
    )
    expect(problemOf(decide([], yes(), NOON))).toBe('no approval is pending')
    expect(problemOf(decide(ask([], 'plan'), yes('paln'), NOON))).toBe(
      'there is no approval "paln"; pending: plan',
    )
  })

  it('take the same answer twice and give back the stored one', () => {
    const first = stateAfter(decide(ask([], 'plan'), yes('plan', 'ada'), NOON))
    const again = decide(first, yes('plan', 'eve'), NOON + 2 * HOUR)
    expect(again).toMatchObject({ ok: true, approval: { by: 'ada', decidedAtMs: NOON } })
    expect(stateAfter(again)).toBe(first)
  })

  it('refuse another answer, saying who decided and when', () => {
    const first = stateAfter(decide(ask([], 'plan'), yes('plan', 'ada'), NOON))
    expect(problemOf(decide(first, no('plan'), NOON + 1))).toBe(
      'plan was approved by ada at 2026-11-21 12:00:00 UTC; that stands',
    )
  })

  it('refuse an answer after the deadline, saying what the default was', () => {
    const late = 'plan had to be answered by 2026-11-21 13:00:00 UTC; its default "reject" stands'
    const before = ask([], 'plan')
    expect(problemOf(decide(before, yes('plan'), NOON + HOUR))).toBe(late)
    const { state, expired } = expire(before, NOON + HOUR)
    expect(expired).toMatchObject([
      { id: 'plan', decision: 'reject', by: 'deadline', decidedAtMs: NOON + HOUR },
    ])
    expect(problemOf(decide(state, yes('plan'), NOON + 2 * HOUR))).toBe(late)
    expect(problemOf(decide(state, no('plan'), NOON + 2 * HOUR))).toBe(late)
  })

  it('refuse an answer that nobody gives', () => {
    for (const by of ['', ' ', 'deadline'])
      expect(problemOf(decide(ask([], 'plan'), yes('plan', by), NOON))).toContain('must name a person')
  })

  it('expire each at its own deadline', () => {
    const state = ask(ask(ask([], 'a', NOON + 3), 'b', NOON + 1), 'c', NOON + 2)
    expect(nextDeadline(state)).toBe(NOON + 1)
    const { state: later, expired } = expire(state, NOON + 2)
    expect(expired.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(nextDeadline(later)).toBe(NOON + 3)
    expect(nextDeadline(expire(later, NOON + 9).state)).toBeUndefined()
  })

  it('asked for twice stay one, also when they are decided', () => {
    const decided = stateAfter(decide(ask([], 'plan'), yes(), NOON))
    expect(ask(decided, 'plan')).toBe(decided)
    expect(ask(ask([], 'plan'), 'plan', NOON + 5 * HOUR)).toEqual(ask([], 'plan'))
  })

  it('that nobody needs any more can be closed, all or some, without touching decided ones', () => {
    const state = stateAfter(decide(three(), yes('plan'), NOON))
    const verdict = { decision: 'reject', by: 'the end of the task' } as const
    const some = closePending(state, verdict, NOON, ['subtask/b', 'plan'])
    expect(some.closed.map(({ id }) => id)).toEqual(['subtask/b'])
    const all = closePending(some.state, verdict, NOON)
    expect(all.closed.map(({ id }) => id)).toEqual(['subtask/a'])
    expect(all.state.map((one) => one.phase === 'decided' && one.by)).toEqual([
      'ada',
      'the end of the task',
      'the end of the task',
    ])
  })
})
