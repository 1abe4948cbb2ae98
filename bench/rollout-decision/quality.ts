import { qualityGuard } from '../../domain/rollout/guards.ts'
import type { RolloutState } from '../../domain/rollout/state.ts'
import { startRollout, transition } from '../../domain/rollout/transition.ts'
import { createRandom, type Random } from './random.ts'
import { plan } from './scenarios.ts'
import { quantile, type Share, wilson } from './wilson.ts'
import { seedOf } from './replicate.ts'

const MEAN = 0.85
const DEVIATION = 0.15
const MOST_PAIRS = 2000
const PAIRS_A_READING = 10
const READING_MS = 60_000

/** By how much the canary's mean score differs. The margin that is fine is 0.02, 0.05 must not be promoted. */
export const QUALITY_DIFFERENCES = [0, -0.02, -0.05, -0.1] as const

export interface QualityOutcome {
  readonly rolledBack: Share
  readonly promoted: Share
  readonly medianPairs: number
}

const guard = qualityGuard()
const watch = plan({
  strategy: 'rolling',
  guards: [{ metric: 'quality', margin: guard.margin, unacceptable: guard.unacceptable }],
  steps: [
    { canaryPercent: 50, observeMs: READING_MS, deadlineMs: MOST_PAIRS * READING_MS },
    { canaryPercent: 100 },
  ],
})
const watchOnly = {
  ...watch,
  steps: watch.steps.map((step) => ({ ...step, observeMs: MOST_PAIRS * READING_MS })),
}

/** Judge's scores of matched pairs, Beta with mean 0.85 and deviation 0.15 on the stable arm. */
export function simulateQuality(difference: number, seed: number, replicates: number): QualityOutcome {
  const run = (index: number, isWatched: boolean) => {
    const random = createRandom(seedOf(seed, `quality ${difference}`, index))
    return runQuality(difference, random, isWatched)
  }
  const watched = Array.from({ length: replicates }, (_, index) => run(index, true))
  const both = Array.from({ length: replicates }, (_, index) => run(index, false))
  const back = watched.filter(({ end }) => end === 'rolled-back').length
  const promoted = both.filter(({ end }) => end === 'promoted').length
  return {
    rolledBack: wilson(back, replicates),
    promoted: wilson(promoted, replicates),
    medianPairs: quantile(
      watched.map(({ end, pairs }) => (end === 'rolled-back' ? pairs : Infinity)),
      0.5,
    ),
  }
}

function runQuality(
  difference: number,
  random: Random,
  isWatched: boolean,
): { readonly end: string; readonly pairs: number } {
  let state = begin(isWatched)
  const [stable, canary] = [scores(random, MEAN), scores(random, MEAN + difference)]
  for (let from = 0; from < MOST_PAIRS; from += PAIRS_A_READING) {
    const differences = Array.from({ length: PAIRS_A_READING }, () => canary() - stable())
    const atMs = state.watermarkMs + READING_MS
    const quality = { from, differences }
    state = transition(state, { kind: 'counts-observed', atMs, watermarkMs: atMs, counts: [], quality }).state
    if (state.stage.phase === 'rolling-back') return { end: 'rolled-back', pairs: state.bets.pairs }
    if (state.stage.phase === 'promoting') return { end: 'promoted', pairs: state.bets.pairs }
  }
  return { end: 'undecided', pairs: Infinity }
}

function begin(isWatched: boolean): RolloutState {
  const start = startRollout(isWatched ? watchOnly : watch, 'bench', 0).state
  const { state } = transition(start, { kind: 'prepared', atMs: 0, limitsMs: {} })
  return transition(state, { kind: 'shares-applied', atMs: 0, change: state.change }).state
}

function scores(random: Random, mean: number): () => number {
  const size = (mean * (1 - mean)) / DEVIATION ** 2 - 1
  return () => random.beta(mean * size, (1 - mean) * size)
}
