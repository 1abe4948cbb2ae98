import { type BudgetState, reserve, settleWindow } from '../../../domain/budget/reserve.ts'
import { aBudget, stateOf } from './budgets.ts'
import { expect, test } from 'vitest'
import { appliesTo } from '../../../domain/budget/budget.ts'
import * as fc from 'fast-check'

/** What callers, providers and late reports may do, in any order. */
type Step =
  | { readonly type: 'admit'; readonly attempt: number; readonly needed: number; readonly user: string }
  /** `used` may exceed what was reserved; `undefined`: the outcome is unknown. */
  | { readonly type: 'settle'; readonly attempt: number; readonly used: number | undefined }
  | { readonly type: 'correct'; readonly attempt: number; readonly used: number }

interface Attempt {
  readonly budgetIds: readonly string[]
  readonly reserved: number
  readonly status: 'open' | 'ambiguous' | 'settled'
  readonly booked: number
}

const attempt = fc.integer({ min: 0, max: 9 })
const amount = fc.integer({ min: 0, max: 60 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('admit' as const),
    attempt,
    needed: amount,
    user: fc.constantFrom('ada', 'bob'),
  }),
  fc.record({ type: fc.constant('settle' as const), attempt, used: fc.option(amount, { nil: undefined }) }),
  fc.record({ type: fc.constant('correct' as const), attempt, used: amount }),
)

class Books {
  states = new Map<string, BudgetState>(
    [
      aBudget({ capNanoUsd: 100 }),
      aBudget({ capNanoUsd: 300, window: 'month' }),
      aBudget({ capNanoUsd: 70, user: 'ada' }),
    ].map((budget) => [budget.id, stateOf(budget)]),
  )
  attempts = new Map<number, Attempt>()

  apply(next: Step): void {
    const known = this.attempts.get(next.attempt)
    if (next.type === 'admit') {
      // Admitted twice reserves once.
      if (known === undefined) this.#admit(next)
    } else if (known !== undefined) {
      this.#settle(next.attempt, known, next.type === 'settle', next.used)
    }
  }

  #admit({ attempt: id, needed, user }: Extract<Step, { type: 'admit' }>): void {
    const caller = { tenant: 'acme', user }
    const applying = [...this.states.values()].filter(({ budget }) => appliesTo(budget, caller))
    const decision = reserve(applying, { neededNanoUsd: needed })
    if (!decision.isReserved) {
      const { budgetId, leftNanoUsd } = decision.overBudget
      expect(leftNanoUsd).toBeLessThan(needed)
      expect(applying.map((state) => state.budgetId)).toContain(budgetId)
      return
    }
    for (const state of decision.states) {
      expect(state.spentNanoUsd + state.reservedNanoUsd).toBeLessThanOrEqual(
        Math.max(state.budget.capNanoUsd, needed === 0 ? Infinity : 0),
      )
      this.states.set(state.budgetId, state)
    }
    const budgetIds = applying.map((state) => state.budgetId)
    this.attempts.set(id, { budgetIds, reserved: needed, status: 'open', booked: 0 })
  }

  #settle(id: number, known: Attempt, isSettlement: boolean, used: number | undefined): void {
    const canChange = isSettlement ? known.status === 'open' : known.status === 'ambiguous'
    if (!canChange) return
    const booked = used ?? known.reserved
    const change = {
      releasedNanoUsd: known.status === 'open' ? known.reserved : 0,
      spentNanoUsd: booked - known.booked,
    }
    for (const budgetId of known.budgetIds) {
      const state = this.states.get(budgetId)
      if (state !== undefined) this.states.set(budgetId, settleWindow(state, change))
    }
    this.attempts.set(id, { ...known, status: used === undefined ? 'ambiguous' : 'settled', booked })
  }
}

test('whatever happens in whatever order, each window holds exactly what its attempts hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const books = new Books()
      for (const next of steps) books.apply(next)
      for (const [id, { spentNanoUsd, reservedNanoUsd, budget }] of books.states) {
        const mine = [...books.attempts.values()].filter(({ budgetIds }) => budgetIds.includes(id))
        const open = mine.filter(({ status }) => status === 'open')
        expect(reservedNanoUsd).toBe(open.reduce((sum, { reserved }) => sum + reserved, 0))
        expect(spentNanoUsd).toBe(mine.reduce((sum, { booked }) => sum + booked, 0))
        // Above the cap only by what was booked above its reservation.
        const overshoot = mine.reduce((sum, { booked, reserved }) => sum + Math.max(0, booked - reserved), 0)
        expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(budget.capNanoUsd + overshoot)
      }
    }),
    { numRuns: 500 },
  )
})

test('what a settlement frees can be reserved again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), (needed, used) => {
      const decision = reserve([stateOf(aBudget())], { neededNanoUsd: needed })
      if (!decision.isReserved) throw new Error('an empty budget refused')
      const settled = decision.states.map((state) =>
        settleWindow(state, { releasedNanoUsd: needed, spentNanoUsd: used }),
      )
      expect(reserve(settled, { neededNanoUsd: 100 - used }).isReserved).toBe(true)
      expect(reserve(settled, { neededNanoUsd: 101 - used }).isReserved).toBe(false)
    }),
  )
})
