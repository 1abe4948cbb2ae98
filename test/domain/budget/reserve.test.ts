import { aBudget, NOON, stateOf } from './budgets.ts'
import { appliesTo, budgetId } from '../../../domain/budget/budget.ts'
import { describe, expect, test } from 'vitest'
import { leftIn, reserve, settleWindow } from '../../../domain/budget/reserve.ts'
import { budgetWindow } from '../../../domain/budget/budget-window.ts'
import { describeOverBudget } from '../../../domain/budget/over-budget.ts'
import { nextRecheckMs } from '../../../domain/budget/recheck.ts'
import { toBudgetStatus } from '../../../domain/budget/budget-status.ts'

const refusalOf = (decision: ReturnType<typeof reserve>) => {
  if (decision.isReserved) throw new Error('it was reserved')
  return decision.overBudget
}

describe('a reservation', () => {
  test('holds in every budget that applies', () => {
    const states = [stateOf(aBudget(), 30, 20), stateOf(aBudget({ window: 'month', capNanoUsd: 1000 }), 500)]
    const decision = reserve(states, { neededNanoUsd: 50 })
    expect(decision).toMatchObject({
      isReserved: true,
      states: [{ reservedNanoUsd: 70 }, { reservedNanoUsd: 50 }],
    })
  })

  test('is refused by the tightest budget without room', () => {
    const states = [
      stateOf(aBudget({ capNanoUsd: 1000 }), 0),
      stateOf(aBudget({ user: 'ada' }), 80),
      stateOf(aBudget({ window: 'month', capNanoUsd: 500 }), 470),
    ]
    expect(refusalOf(reserve(states, { neededNanoUsd: 50 }))).toEqual({
      budgetId: 'day/acme/ada',
      tenant: 'acme',
      user: 'ada',
      window: 'day',
      capNanoUsd: 100,
      leftNanoUsd: 20,
      neededNanoUsd: 50,
      resetsAtMs: budgetWindow(NOON, 'day').endsAtMs,
      whenSpent: 'reject',
    })
  })

  test('is refused by the strictest policy when several budgets have no room', () => {
    const states = [
      stateOf(aBudget({ whenSpent: 'wait' }), 100),
      stateOf(aBudget({ user: 'ada', whenSpent: 'ask' }), 100),
      stateOf(aBudget({ window: 'month', whenSpent: 'reject' }), 60),
    ]
    expect(refusalOf(reserve(states, { neededNanoUsd: 50 }))).toMatchObject({
      budgetId: 'month/acme',
      leftNanoUsd: 40,
    })
  })

  test('of more than a whole window does not wait for one', () => {
    const over = refusalOf(reserve([stateOf(aBudget({ whenSpent: 'wait' }))], { neededNanoUsd: 101 }))
    expect(over.whenSpent).toBe('reject')
    expect(describeOverBudget(over)).toContain(
      "more than the day's budget of tenant acme ($0.0000001) in all",
    )
  })

  test('that a person approved holds whatever is left', () => {
    const decision = reserve([stateOf(aBudget(), 100)], { neededNanoUsd: 50, isApproved: true })
    expect(decision).toMatchObject({ isReserved: true, states: [{ reservedNanoUsd: 50 }] })
  })

  test('of nothing holds even where more was spent than allowed', () => {
    expect(reserve([stateOf(aBudget(), 150)], { neededNanoUsd: 0 }).isReserved).toBe(true)
  })
})

test('a settlement above the reservation is booked in full and shown as overshoot', () => {
  const settled = settleWindow(stateOf(aBudget(), 30, 50), { releasedNanoUsd: 50, spentNanoUsd: 90 })
  expect(settled).toMatchObject({ spentNanoUsd: 120, reservedNanoUsd: 0 })
  expect(leftIn(settled)).toBe(0)
  expect(toBudgetStatus(settled)).toMatchObject({ leftNanoUsd: 0, overshootNanoUsd: 20 })
})

test('a refusal says what is needed, what is left of what, and when it resets', () => {
  const budget = aBudget({ user: 'ada', capNanoUsd: 5_000_000_000 })
  const over = refusalOf(reserve([stateOf(budget, 4_900_000_000)], { neededNanoUsd: 250_000_000 }))
  expect(describeOverBudget(over)).toBe(
    "needs $0.25 at most, but $0.10 is left of the day's budget of user ada of tenant acme ($5.00); " +
      'it resets at 2026-11-22 00:00:00 UTC',
  )
})

test('a budget counts the calls of its tenant, or of its user alone', () => {
  const ada = { tenant: 'acme', user: 'ada' }
  expect(appliesTo(aBudget(), ada)).toBe(true)
  expect(appliesTo(aBudget({ user: 'ada' }), ada)).toBe(true)
  expect(appliesTo(aBudget({ user: 'bob' }), ada)).toBe(false)
  expect(appliesTo(aBudget({ user: 'ada' }), { tenant: 'acme' })).toBe(false)
  expect(appliesTo(aBudget({ tenant: 'other' }), ada)).toBe(false)
  expect(appliesTo(aBudget(), { ...ada, kind: 'mirror' })).toBe(false)
  expect(budgetId({ ...ada, window: 'month' })).toBe('month/acme/ada')
})

describe('a call that waits for budget', () => {
  const DAY_MS = 86_400_000
  test('looks again soon at first and rarely in the end', () => {
    expect(nextRecheckMs({ waitedMs: 0, untilResetMs: DAY_MS })).toBe(5_000)
    expect(nextRecheckMs({ waitedMs: 480_000, untilResetMs: DAY_MS })).toBe(60_000)
    expect(nextRecheckMs({ waitedMs: DAY_MS, untilResetMs: DAY_MS })).toBe(1_800_000)
  })

  test('does not sleep past the reset, and does not spin when it came a little early', () => {
    expect(nextRecheckMs({ waitedMs: DAY_MS, untilResetMs: 10_000 })).toBe(11_000)
    expect(nextRecheckMs({ waitedMs: DAY_MS, untilResetMs: -500 })).toBe(1_000)
  })

  test('for a whole month looks fewer times than a history can bear', () => {
    let [waitedMs, looks] = [0, 0]
    while (waitedMs < 31 * DAY_MS) {
      waitedMs += nextRecheckMs({ waitedMs, untilResetMs: 31 * DAY_MS - waitedMs })
      looks++
    }
    expect(looks).toBeLessThan(1_600)
  })
})
