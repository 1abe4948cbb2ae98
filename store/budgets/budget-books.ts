import { type BudgetState, reserve, settleWindow, type WindowChange } from '../../domain/budget/reserve.ts'
import { appliesTo, type Budget } from '../../domain/budget/budget.ts'
import type { AdmissionRecord, AttemptOption } from '../ledger/ledger.ts'
import { budgetWindow, type WindowKey, type WindowTally } from '../../domain/budget/budget-window.ts'
import type { OverBudget } from '../../domain/budget/over-budget.ts'

/** Where an attempt was reserved: stored with it, so that its settlement finds the same windows. */
export interface Reservation {
  readonly windows: readonly WindowKey[]
  /** The person who admitted it over its budgets. */
  readonly approvedBy?: string
}

/**
 * The budget windows that a transaction holds: what it reserves and settles is collected here and written once, so
 * that the calls of a batch see each other in their order.
 */
export class BudgetBooks {
  readonly #budgets: readonly Budget[]
  readonly #tallies: Map<string, WindowTally>
  readonly #changed = new Set<string>()

  constructor(budgets: readonly Budget[], tallies: readonly WindowTally[]) {
    this.#budgets = budgets
    this.#tallies = new Map(tallies.map((tally) => [keyText(tally), tally]))
  }

  /** Whether any budget may have a say. */
  get isEmpty(): boolean {
    return this.#budgets.length === 0
  }

  /** The windows to write back. */
  get changed(): readonly WindowTally[] {
    return [...this.#changed].flatMap((key) => this.#tallies.get(key) ?? [])
  }

  /** Reserves an attempt in all budgets that apply to it, or in none. `null`: none applies. */
  reserve(record: AdmissionRecord, option: AttemptOption): Reservation | OverBudget | null {
    const states = this.#budgets
      .filter((budget) => appliesTo(budget, record.operation))
      .map((budget) => this.#stateOf(budget, record.nowMs))
    if (states.length === 0) return null
    const { approvedBy } = record
    const decision = reserve(states, {
      neededNanoUsd: option.reservedNanoUsd,
      isApproved: approvedBy !== undefined,
    })
    if (!decision.isReserved) return decision.overBudget
    for (const { budgetId, startsAt, spentNanoUsd, reservedNanoUsd } of decision.states) {
      this.#keep({ budgetId, startsAt, spentNanoUsd, reservedNanoUsd })
    }
    const windows = states.map(({ budgetId, startsAt }) => ({ budgetId, startsAt }))
    return { windows, ...(approvedBy === undefined ? {} : { approvedBy }) }
  }

  /** Settles an attempt in the windows that it was reserved in. */
  settle({ windows }: Reservation, change: WindowChange): void {
    for (const window of windows) this.#keep(settleWindow(this.#tally(window), change))
  }

  #stateOf(budget: Budget, nowMs: number): BudgetState {
    const { startsAt, endsAtMs } = budgetWindow(nowMs, budget.window)
    return { ...this.#tally({ budgetId: budget.id, startsAt }), budget, resetsAtMs: endsAtMs }
  }

  #tally(window: WindowKey): WindowTally {
    const tally = this.#tallies.get(keyText(window))
    if (tally === undefined)
      throw new Error(`Budget window ${keyText(window)} is not held by this transaction`)
    return tally
  }

  #keep(tally: WindowTally): void {
    this.#tallies.set(keyText(tally), tally)
    this.#changed.add(keyText(tally))
  }
}

function keyText({ budgetId, startsAt }: WindowKey): string {
  return `${budgetId} ${startsAt}`
}
