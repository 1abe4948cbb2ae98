import { type BadEvents, logBound, logHarmEvidence, logSafetyEvidence } from '../e-process.ts'
import type { CountGuard, Guard, QualityGuard } from '../guards.ts'
import type { Bets } from './betting.ts'
import { type ArmCounts, totalOf, type WeightCounts } from './counts.ts'
import { logRarityEvidence } from './rarity.ts'

/** How sure a decision has to be. */
export interface DecisionBounds {
  /** The most that P(ever rolled back | no guard worse than tolerated) may be, over all guards. */
  readonly alpha: number
  /** The most that P(promoted | some guard at least as bad as unacceptable) may be. */
  readonly beta: number
  /** A bad event on fewer of the canary's requests than this share is no reason to hold it back; 0: there is none. */
  readonly negligibleRate: number
  /** Units of the canary before it may be promoted. Rolling back needs no minimum. */
  readonly minCanaryUnits: number
}

/** How one guard stands. Logarithms are natural. */
export interface GuardEvidence {
  readonly guard: string
  /** ln E against "no worse than tolerated"; rolls back at `harmBound` = ln(1 / the guard's part of alpha). */
  readonly logHarm: number
  readonly harmBound: number
  /** ln E' against "at least as bad as unacceptable"; lets the version pass at `safetyBound` = ln(1 / beta). */
  readonly logSafety: number
  readonly safetyBound: number
  /** Whether it does not hold the version back: enough evidence, or nothing there to be bad at. */
  readonly isSafe: boolean
  readonly canary: ArmCounts
  readonly stable: ArmCounts
}

/**
 * What a guard gets of alpha. Bonferroni over the guards, by weight: K / alpha with equal weights. It holds whatever the
 * dependence between them and in whatever order they are counted; a mean of the e-values would be stronger but needs
 * one common order of events, which late scores and keys with several bad events do not have.
 */
export function alphaOf(guard: Guard, guards: readonly Guard[], alpha: number): number {
  return (alpha * guard.alphaWeight) / guards.reduce((sum, { alphaWeight }) => sum + alphaWeight, 0)
}

/**
 * Weighs what was counted for a guard since the rollout began.
 *
 * Harm is looked for in the first bad request of every key, which finds what only later requests show. For safety the
 * first requests of the keys have to agree with it: where a few keys are hard, each of them is bad once on either arm
 * however many times worse the canary is, so that counting bad keys alone would promote it. Where every request is a
 * key of its own both are the same. Both have to pass, so beta holds without a correction.
 */
export function weighCounts(
  guard: CountGuard,
  cells: readonly WeightCounts[],
  guardAlpha: number,
  bounds: DecisionBounds,
): GuardEvidence {
  const events = eventsOf(cells, 'badEvents')
  const canary = totalOf(cells, 'canary')
  const stable = totalOf(cells, 'stable')
  const isEachAKey = cells.every((cell) => isSame(cell.canary) && isSame(cell.stable))
  const logOfKeys = logSafetyEvidence(events, guard.unacceptable)
  const logRatio = isEachAKey
    ? logOfKeys
    : Math.min(logOfKeys, logSafetyEvidence(eventsOf(cells, 'badUnits'), guard.unacceptable))
  const logSafety = combineSafety(logRatio, canary, bounds)
  const safetyBound = logBound(bounds.beta)
  const isMoot = guard.isOptional && canary.units === 0 && stable.units === 0
  return {
    guard: guard.name,
    logHarm: logHarmEvidence(events, guard.tolerated),
    harmBound: logBound(guardAlpha),
    logSafety,
    safetyBound,
    isSafe: isMoot || logSafety >= safetyBound,
    canary,
    stable,
  }
}

/** Weighs the bets on matched pairs of scores. */
export function weighBets(
  guard: QualityGuard,
  { pairs, logHarm, logSafety }: Bets,
  guardAlpha: number,
  bounds: DecisionBounds,
): GuardEvidence {
  const safetyBound = logBound(bounds.beta)
  const counts = { units: pairs, badUnits: 0, badEvents: 0 }
  return {
    guard: guard.name,
    logHarm,
    harmBound: logBound(guardAlpha),
    logSafety,
    safetyBound,
    isSafe: logSafety >= safetyBound,
    canary: counts,
    stable: counts,
  }
}

/** The guards that say the canary does harm, the surest first. */
export function harmed(evidence: readonly GuardEvidence[]): readonly GuardEvidence[] {
  return evidence
    .filter(({ logHarm, harmBound }) => logHarm >= harmBound)
    .toSorted((left, right) => right.logHarm - right.harmBound - (left.logHarm - left.harmBound))
}

/**
 * What is still missing before the canary may be promoted, a sentence each; empty when nothing is. Every guard has to
 * pass, so P(promoted | one of them is unacceptable) is at most beta without a correction.
 */
export function missingForPromotion(
  evidence: readonly GuardEvidence[],
  bounds: DecisionBounds,
): readonly string[] {
  const units = evidence.reduce((most, { canary }) => Math.max(most, canary.units), 0)
  const few = `only ${units} of ${bounds.minCanaryUnits} canary requests were measured`
  const unsafe = evidence
    .filter(({ isSafe }) => !isSafe)
    .map(
      ({ guard, logSafety, safetyBound }) =>
        `${guard}: evidence of safety ${formatEvidence(logSafety)} of ${formatEvidence(safetyBound)}`,
    )
  return units < bounds.minCanaryUnits ? [few, ...unsafe] : unsafe
}

/** An e-value given by its logarithm, for people: `20.0`, `0.013`, `1.2e+9`. */
export function formatEvidence(log: number): string {
  const value = Math.exp(Math.min(log, 700))
  if (value >= 100_000) return value.toExponential(1)
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2)
}

function eventsOf(cells: readonly WeightCounts[], count: 'badEvents' | 'badUnits'): readonly BadEvents[] {
  return cells.map(({ weight, canary, stable }) => ({
    weight,
    canaryBad: canary[count],
    stableBad: stable[count],
  }))
}

function isSame({ badUnits, badEvents }: ArmCounts): boolean {
  return badUnits === badEvents
}

const RARITY_PART = 0.2

/**
 * A canary is harmful when it is bad at least `unacceptable` times as often and not negligibly so. Evidence against
 * either counts; a weighted mean of the two e-processes is one again.
 */
function combineSafety(logRatio: number, canary: ArmCounts, { negligibleRate }: DecisionBounds): number {
  if (negligibleRate === 0) return logRatio
  const ratio = logRatio + Math.log(1 - RARITY_PART)
  const rarity = logRarityEvidence(canary, negligibleRate) + Math.log(RARITY_PART)
  const larger = Math.max(ratio, rarity)
  return larger + Math.log(Math.exp(ratio - larger) + Math.exp(rarity - larger))
}
