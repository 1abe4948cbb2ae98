import { geometricMean, mean, type MeasuredRound, percentile } from './measurement.ts'
import { type Change, type Figure, toFigure } from './result.ts'

/** What a trial is about: tokens in a second under load, or the first token of a host that has just started. */
export type TrialGoal = 'throughput' | 'first-token'

type Rounds = readonly MeasuredRound[]

const P95 = 0.95

/** Over the requests of all rounds together. */
export function p95FirstToken(rounds: Rounds): number {
  return percentile(
    rounds.flatMap(({ firstTokenMs }) => firstTokenMs),
    P95,
  )
}

/** Over the requests of all rounds together. */
export function p95PerToken(rounds: Rounds): number {
  return percentile(
    rounds.flatMap(({ perTokenMs }) => perTokenMs),
    P95,
  )
}

/**
 * What people see of a trial, what it is about first.
 * @param change of what more is better of: tokens in a second, or the inverse of the time to the first token
 */
export function trialFigures(
  goal: TrialGoal,
  before: Rounds,
  after: Rounds,
  change: Required<Change>,
): readonly Figure[] {
  const figure = (name: string, unit: Figure['unit'], read: (rounds: Rounds) => number): Figure =>
    toFigure(name, unit, read(before), read(after))
  const rest = [
    figure('p95 first token', 'ms', p95FirstToken),
    figure('p95 time per token', 'ms', p95PerToken),
    figure('start', 'ms', (rounds) => mean(rounds.map(({ startMs }) => startMs))),
    figure('memory', 'bytes', (rounds) => mean(rounds.map(({ memoryBytes }) => memoryBytes))),
  ]
  if (goal === 'throughput') {
    const speed = figure('throughput', 'tokens/s', (rounds) =>
      geometricMean(rounds.map(({ tokensPerSecond }) => tokensPerSecond)),
    )
    return [{ ...speed, change }, ...rest]
  }
  const cold = figure('first token when cold', 'ms', (rounds) =>
    geometricMean(rounds.map(({ coldFirstTokenMs }) => coldFirstTokenMs)),
  )
  const warm = figure('first token when warm', 'ms', (rounds) =>
    geometricMean(rounds.map(({ warmFirstTokenMs }) => warmFirstTokenMs)),
  )
  return [{ ...cold, change: inverse(change) }, warm, ...rest]
}

/** The change of a time whose inverse changes so. */
function inverse({ share, interval: { from, to } }: Required<Change>): Change {
  return {
    share: 1 / (1 + share) - 1,
    interval: { from: 1 / (1 + to) - 1, to: 1 / (1 + from) - 1 },
  }
}
