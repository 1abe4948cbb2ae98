import { chooseOption, type OptionCheck } from '../../../domain/limits/choose-option.ts'
import { describe, expect, it } from 'vitest'
import type { OverBudget } from '../../../domain/budget/over-budget.ts'

const OVER: OverBudget = {
  budgetId: 'day/acme',
  tenant: 'acme',
  window: 'day',
  capNanoUsd: 10,
  leftNanoUsd: 1,
  neededNanoUsd: 5,
  resetsAtMs: 0,
  whenSpent: 'wait',
}

interface Option {
  readonly check?: OptionCheck
  readonly over?: OverBudget
}

const FREE: OptionCheck = { passes: true }
const full = (waitMs: number): OptionCheck => ({ passes: false, because: 'quota', waitMs, reason: 'is full' })
const resting = (waitMs: number): OptionCheck => ({
  passes: false,
  because: 'health',
  waitMs,
  reason: 'rests',
})

/** Chooses among options and tells which of them were reserved. */
function choose(options: readonly Option[], patienceMs = 10_000) {
  const asked: number[] = []
  const choice = chooseOption(
    {
      count: options.length,
      check: (index) => options[index]?.check ?? FREE,
      reserve: (index) => {
        asked.push(index)
        return options[index]?.over
      },
    },
    patienceMs,
  )
  return { choice, asked }
}

describe('of several ways to make a call', () => {
  it('the first that may go is taken, and no other is reserved', () => {
    expect(choose([{}, {}])).toEqual({ choice: { status: 'open', index: 0 }, asked: [0] })
  })

  it('one without room soon is passed over, one with room soon is waited for', () => {
    expect(choose([{ check: full(20_000) }, {}]).choice).toEqual({ status: 'open', index: 1 })
    expect(choose([{ check: full(2_000) }, {}])).toEqual({
      choice: { status: 'wait', index: 0, because: 'quota', waitMs: 2_000, reason: 'is full' },
      asked: [],
    })
  })

  it('waits no longer than the patience that is left', () => {
    expect(choose([{ check: full(2_000) }, {}], 1_000).choice).toEqual({ status: 'open', index: 1 })
  })

  it('one that rests is passed over however soon it may be tried', () => {
    expect(choose([{ check: resting(1) }, {}]).choice).toEqual({ status: 'open', index: 1 })
  })

  it('a cheaper one goes when the preferred one has no budget', () => {
    expect(choose([{ over: OVER }, {}]).choice).toEqual({ status: 'open', index: 1 })
  })

  it('the soonest quota is waited for when none may go, before any that rests', () => {
    const options = [{ check: resting(10) }, { check: full(40_000) }, { check: full(30_000) }, { over: OVER }]
    expect(choose(options).choice).toMatchObject({ status: 'wait', index: 2, because: 'quota' })
  })

  it('the budget decides when all that is left rests, and the rest when nothing is over budget', () => {
    expect(choose([{ check: resting(10) }, { over: OVER }]).choice).toEqual({
      status: 'over-budget',
      over: OVER,
    })
    expect(choose([{ check: resting(20) }, { check: resting(10) }]).choice).toMatchObject({ index: 1 })
  })

  it('without any, nothing can be decided', () => {
    expect(() => choose([])).toThrow('without options')
  })
})
