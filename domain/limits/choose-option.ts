import type { OverBudget } from '../budget/over-budget.ts'

/** Why an option cannot go now: its quota pool has no room, or its endpoint rests after failures. */
export type WaitCause = 'quota' | 'health'

/** An option that cannot go now, and when it is worth asking again. */
export interface OptionWait {
  readonly because: WaitCause
  readonly waitMs: number
  readonly reason: string
}

export type OptionCheck = { readonly passes: true } | ({ readonly passes: false } & OptionWait)

export type OptionChoice =
  | { readonly status: 'open'; readonly index: number }
  | ({ readonly status: 'wait'; readonly index: number } & OptionWait)
  | { readonly status: 'over-budget'; readonly over: OverBudget }

/** Room in the preferred model's pool is waited for so long, in milliseconds; beyond it another model may go. */
export const PATIENCE_MS = 10_000

/** How one call's options stand, asked one after the other and no further than needed. */
export interface OptionDesk {
  readonly count: number
  check(index: number): OptionCheck
  /** Reserves the option in all its budgets, or says which one has no room. */
  reserve(index: number): OverBudget | undefined
}

/**
 * Takes the first option that may go now and fits its budgets. A quota that has room soon is waited for, so that a
 * burst does not spill over to dearer models; what rests after failures is passed over while anything else is left.
 * @param patienceMs what is left of the patience with quotas
 */
export function chooseOption(desk: OptionDesk, patienceMs: number): OptionChoice {
  const waits: (OptionWait & { readonly index: number })[] = []
  let over: OverBudget | undefined
  for (let index = 0; index < desk.count; index += 1) {
    const check = desk.check(index)
    if (check.passes) {
      const refused = desk.reserve(index)
      if (refused === undefined) return { status: 'open', index }
      over ??= refused
      continue
    }
    const { because, waitMs, reason } = check
    const wait = { index, because, waitMs, reason }
    if (because === 'quota' && waitMs <= patienceMs) return { status: 'wait', ...wait }
    waits.push(wait)
  }
  const soonest = waits.toSorted((left, right) => left.waitMs - right.waitMs)
  // A quota has room again for certain; an endpoint that rests may fail again.
  const wait =
    soonest.find(({ because }) => because === 'quota') ?? (over === undefined ? soonest[0] : undefined)
  if (wait !== undefined) return { status: 'wait', ...wait, reason: reasonsOf(waits, wait.because) }
  if (over === undefined) throw new Error('a call without options cannot be admitted')
  return { status: 'over-budget', over }
}

/** All that is waited for, each once. */
function reasonsOf(waits: readonly OptionWait[], because: WaitCause): string {
  const reasons = waits.filter((wait) => wait.because === because).map(({ reason }) => reason)
  return [...new Set(reasons)].join('; ')
}
