import type { CountGuard, ObservedAttempt } from '../guards.ts'
import { observe } from './observe.ts'

/** What was counted on one arm. A unit is a key by which requests are assigned: a session, a user or one request. */
export interface ArmCounts {
  /** Keys whose first request that says something was here. */
  readonly units: number
  /** Of these, the ones whose first request was bad. */
  readonly badUnits: number
  /** Keys whose first bad request was here; the same as `badUnits` where every request is a unit of its own. */
  readonly badEvents: number
}

/** What was counted while the canary had one weight. */
export interface WeightCounts {
  /** P(canary), 0 to 1; one half for requests that were mirrored, so that both arms got them. */
  readonly weight: number
  readonly canary: ArmCounts
  readonly stable: ArmCounts
}

/** Everything that was counted for a guard since its rollout began. */
export interface GuardCounts {
  readonly guard: string
  readonly cells: readonly WeightCounts[]
}

export const NOTHING_COUNTED: ArmCounts = { units: 0, badUnits: 0, badEvents: 0 }

/** What was counted for a guard so far, to go on from; see `addAttempts`. */
export interface AttemptTally {
  readonly seen: Set<string>
  readonly wasBad: Set<string>
  readonly cells: Map<number, WeightCounts>
}

export function newTally(): AttemptTally {
  return { seen: new Set(), wasBad: new Set(), cells: new Map() }
}

/**
 * Counts assigned attempts, in the order in which they were assigned. Requests of one key are not independent, so a key
 * has one first request, and one first bad one, which may have been at another weight.
 */
export function countAttempts(
  attempts: readonly ObservedAttempt[],
  guard: CountGuard,
  limitMs?: number,
): GuardCounts {
  const tally = newTally()
  addAttempts(tally, attempts, guard, limitMs)
  return countsOf(tally, guard)
}

/** Goes on counting: attempts that were assigned after those that the tally holds. Changes the tally. */
export function addAttempts(
  { seen, wasBad, cells }: AttemptTally,
  attempts: readonly ObservedAttempt[],
  guard: CountGuard,
  limitMs?: number,
): void {
  for (const attempt of attempts) {
    const { key, weight, arm } = attempt
    const sign = observe(attempt, guard, limitMs)
    if (sign === undefined) continue
    const isBad = sign === 'bad'
    const isNew = !seen.has(key)
    const cell = cells.get(weight) ?? { weight, canary: NOTHING_COUNTED, stable: NOTHING_COUNTED }
    const counted = add(cell[arm], isNew, isNew && isBad, isBad && !wasBad.has(key))
    cells.set(weight, { ...cell, [arm]: counted })
    seen.add(key)
    if (isBad) wasBad.add(key)
  }
}

/** What a tally holds. */
export function countsOf({ cells }: AttemptTally, guard: Pick<CountGuard, 'name'>): GuardCounts {
  return { guard: guard.name, cells: sorted(cells) }
}

/** Two parts of one guard's counts together. */
export function mergeCounts(left: GuardCounts, right: GuardCounts): GuardCounts {
  const cells = new Map(left.cells.map((cell) => [cell.weight, cell]))
  for (const { weight, canary, stable } of right.cells) {
    const before = cells.get(weight) ?? { weight, canary: NOTHING_COUNTED, stable: NOTHING_COUNTED }
    cells.set(weight, { weight, canary: sum(before.canary, canary), stable: sum(before.stable, stable) })
  }
  return { guard: left.guard, cells: sorted(cells) }
}

/** One request that both arms answered. */
export interface MirroredAttempt {
  readonly canary: ObservedAttempt
  readonly stable: ObservedAttempt
}

/**
 * Counts mirrored requests: where exactly one arm is bad, it is either's with the same chance while both are as good,
 * so these are the bad events, at weight one half (a sequential McNemar test). Give each key once.
 */
export function countMirrored(
  attempts: readonly MirroredAttempt[],
  guard: CountGuard,
  limitMs?: number,
): GuardCounts {
  let [canary, stable] = [NOTHING_COUNTED, NOTHING_COUNTED]
  for (const attempt of attempts) {
    const ofCanary = observe(attempt.canary, guard, limitMs)
    const ofStable = observe(attempt.stable, guard, limitMs)
    if (ofCanary === undefined || ofStable === undefined) continue
    const differ = ofCanary !== ofStable
    canary = add(canary, true, ofCanary === 'bad', differ && ofCanary === 'bad')
    stable = add(stable, true, ofStable === 'bad', differ && ofStable === 'bad')
  }
  const cells = canary.units === 0 ? [] : [{ weight: 1 / 2, canary, stable }]
  return { guard: guard.name, cells }
}

/** One arm over all weights. */
export function totalOf(cells: readonly WeightCounts[], arm: 'canary' | 'stable'): ArmCounts {
  return cells.reduce<ArmCounts>((total, cell) => sum(total, cell[arm]), NOTHING_COUNTED)
}

function sum(left: ArmCounts, right: ArmCounts): ArmCounts {
  return {
    units: left.units + right.units,
    badUnits: left.badUnits + right.badUnits,
    badEvents: left.badEvents + right.badEvents,
  }
}

function add(counts: ArmCounts, isUnit: boolean, isBadUnit: boolean, isBadEvent: boolean): ArmCounts {
  return {
    units: counts.units + Number(isUnit),
    badUnits: counts.badUnits + Number(isBadUnit),
    badEvents: counts.badEvents + Number(isBadEvent),
  }
}

function sorted(cells: ReadonlyMap<number, WeightCounts>): readonly WeightCounts[] {
  return [...cells.values()].toSorted((left, right) => left.weight - right.weight)
}
