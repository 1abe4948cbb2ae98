import type { Change, TriedChange, TrialOutcome } from './result.ts'
import { comparePairs, LEAST_PAIRS, type Pair } from './compare-pairs.ts'
import type { MeasuredRound, Measurement } from './measurement.ts'
import { p95FirstToken, p95PerToken, trialFigures, type TrialGoal } from './trial-figures.ts'
import type { OptimisationRequest } from './request.ts'

export interface Trial {
  readonly goal: TrialGoal
  /** The name of the setting that stands today. */
  readonly baseline: string
  readonly candidates: readonly string[]
  /** Every round measured each setting once. */
  readonly rounds: readonly (readonly Measurement[])[]
}

/** `best`: the setting to change to; absent: nothing that was tried is better by enough. */
export interface TrialDecision {
  readonly best?: string
  readonly tried: readonly TriedChange[]
}

export type TrialRules = Pick<OptimisationRequest, 'minimumGain' | 'confidence' | 'bounds'>

/** No worse than today, as far as a 95th percentile of few requests can tell. */
const AS_TODAY = 1.1

/**
 * Judges each setting that was tried against the one that stands. A change is taken only if it helps by more than
 * `minimumGain` with the confidence asked for, shared out among all that were tried (Bonferroni), so that trying many does not
 * find one by luck; and only if its 95th percentiles stay in their bounds. Whatever failed in any round is out.
 */
export function decideTrial(trial: Trial, rules: TrialRules): TrialDecision {
  return chooseBest(trial.candidates.map((name) => judge(trial, name, rules)))
}

/** A setting that was tried, and how much it gains: more is better. */
export interface Judged {
  readonly tried: TriedChange
  readonly gain: number
}

/** The one that gains most among those found better; of equals the first. */
export function chooseBest(judged: readonly Judged[]): TrialDecision {
  const [best] = judged
    .filter(({ tried }) => tried.outcome === 'better')
    .toSorted((left, right) => right.gain - left.gain)
  return {
    ...(best === undefined ? {} : { best: best.tried.name }),
    tried: judged.map(({ tried }) => tried),
  }
}

function judge(trial: Trial, name: string, rules: TrialRules): Judged {
  const failure = findFailure(trial, name)
  if (failure !== undefined) return failed(name, failure)
  const before = roundsOf(trial, trial.baseline)
  const after = roundsOf(trial, name)
  if (before.length < LEAST_PAIRS || before.length !== after.length) {
    return failed(
      name,
      `it was measured in ${Math.min(before.length, after.length)} rounds, which are too few`,
    )
  }
  const tail = (1 - rules.confidence) / trial.candidates.length
  const pairs = before.flatMap((round, index): Pair[] => {
    const other = after[index]
    return other === undefined
      ? []
      : [{ before: gainOf(round, trial.goal), after: gainOf(other, trial.goal) }]
  })
  const change = comparePairs(pairs, tail)
  const excess = findExcess(before, after, rules)
  const outcome = outcomeOf(change, excess, rules.minimumGain)
  return {
    tried: {
      name,
      outcome,
      reason: explain(outcome, change, excess, rules),
      figures: trialFigures(trial.goal, before, after, change),
    },
    gain: change.share,
  }
}

function outcomeOf({ interval }: Required<Change>, excess: string | undefined, least: number): TrialOutcome {
  if (interval.to < 0) return 'worse'
  if (interval.from <= least) return 'no-gain'
  return excess === undefined ? 'better' : 'out-of-bounds'
}

function explain(
  outcome: TrialOutcome,
  { interval }: Required<Change>,
  excess: string | undefined,
  { minimumGain }: TrialRules,
): string {
  const range = `between ${formatChange(interval.from)} and ${formatChange(interval.to)}`
  if (outcome === 'out-of-bounds') return `it is faster, ${range}, but ${excess ?? 'out of its bounds'}`
  if (outcome === 'better') return `it is faster, ${range}`
  if (outcome === 'worse') return `it is slower, ${range}`
  return `it is not faster by more than ${formatChange(minimumGain)} for certain: ${range}`
}

/** `+12.3 %` */
export function formatChange(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`
}

function findFailure({ rounds, baseline }: Trial, name: string): string | undefined {
  for (const asked of [baseline, name]) {
    const found = rounds.flat().find((round) => round.name === asked && round.status === 'failed')
    if (found?.status !== 'failed') continue
    return asked === name ? found.reason : `what stands today could not be measured: ${found.reason}`
  }
  return undefined
}

function failed(name: string, reason: string): Judged {
  return { tried: { name, outcome: 'failed', reason, figures: [] }, gain: -1 }
}

function roundsOf({ rounds }: Trial, name: string): readonly MeasuredRound[] {
  return rounds.flatMap((round) =>
    round.flatMap((measured) => (measured.status === 'measured' && measured.name === name ? [measured] : [])),
  )
}

/** More is better. */
function gainOf(round: MeasuredRound, goal: TrialGoal): number {
  return goal === 'throughput' ? round.tokensPerSecond : 1 / round.coldFirstTokenMs
}

const unfinishedOf = (rounds: readonly MeasuredRound[]) =>
  rounds.reduce((sum, { unfinished }) => sum + unfinished, 0)

function findExcess(
  before: readonly MeasuredRound[],
  after: readonly MeasuredRound[],
  { bounds }: TrialRules,
): string | undefined {
  const checks = [
    { name: 'first token', read: p95FirstToken, bound: bounds.timeToFirstTokenMs },
    { name: 'time per token', read: p95PerToken, bound: bounds.timePerTokenMs },
  ]
  const found = checks.map(({ name, read, bound }) => {
    const allowed = Math.max(bound, read(before) * AS_TODAY)
    const is = read(after)
    return is <= allowed
      ? undefined
      : `the 95th percentile of its ${name} is ${is.toFixed(1)} ms, and may be ${allowed.toFixed(1)} ms`
  })
  const unfinished = unfinishedOf(after)
  if (unfinished > unfinishedOf(before)) return `${unfinished} of its requests did not end in time`
  return found.find((problem) => problem !== undefined)
}
