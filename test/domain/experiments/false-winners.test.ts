import { describe, expect, it } from 'vitest'
import { dealUnits, normal, seededRandom } from './seeded-units.ts'
import type { ExperimentUnit } from '../../../domain/experiments/evidence/contrast.ts'
import { judgeExperiment } from '../../../domain/experiments/judge-experiment.ts'
import { promptExperiment } from './definitions.ts'

const SEED = 20261121
const REPLICATES = 200
const DAYS = 10
const UNITS_A_DAY = 100
const ALPHA = 0.05

interface Rates {
  /** Named somebody at some look. */
  readonly anytime: number
  /** Welch's p was below alpha at some look. */
  readonly classical: number
  /** Median day of the winner. */
  readonly medianDay: number
}

/** Looks every day, and stops at the first winner, as people do. */
function simulate(
  metric: string,
  draw: (random: () => number, variant: string, index: number) => number,
  share = 0.5,
  replicates = REPLICATES,
): Rates {
  const definition = promptExperiment({
    metric,
    minUnitsPerVariant: 20,
    plannedUnits: DAYS * UNITS_A_DAY,
    variants: [
      { name: 'plain', sharePercent: 100 - 100 * share },
      { name: 'warm', sharePercent: 100 * share, systemPrompt: 'Be warm.' },
    ],
  })
  const random = seededRandom(SEED)
  const days: number[] = []
  let classical = 0
  for (let replicate = 0; replicate < replicates; replicate++) {
    const units = dealUnits(DAYS * UNITS_A_DAY, random, {
      share,
      draw: (variant, index) => draw(random, variant, index),
    })
    const looks = lookEveryDay(units, (soFar) => judgeExperiment(definition, soFar))
    const day = looks.findIndex(({ verdict }) => verdict.kind === 'winner')
    if (day >= 0) days.push(day + 1)
    if (looks.some(({ comparisons }) => (comparisons[0]?.fixedHorizon?.pValue ?? 1) < ALPHA)) classical++
  }
  return {
    anytime: days.length / replicates,
    classical: classical / replicates,
    medianDay: days.toSorted((left, right) => left - right)[Math.floor(days.length / 2)] ?? Infinity,
  }
}

function lookEveryDay<Found>(
  units: readonly ExperimentUnit[],
  look: (soFar: readonly ExperimentUnit[]) => Found,
): readonly Found[] {
  return Array.from({ length: DAYS }, (_, day) => look(units.slice(0, (day + 1) * UNITS_A_DAY)))
}

const bernoulli = (random: () => number, chance: number) => (random() < chance ? 1 : 0)

describe('looking every day', { timeout: 120_000 }, () => {
  it('names a false winner of a binary metric less often than alpha; the classical test does more often', () => {
    const rates = simulate('answered-well', (random) => bernoulli(random, 0.9))
    console.log('binary, no difference:', rates)
    expect(rates.anytime).toBeLessThanOrEqual(ALPHA)
    expect(rates.classical).toBeGreaterThan(2 * ALPHA)
  })

  it('is not misled by a base rate that drifts, nor by unequal shares', () => {
    const rates = simulate(
      'answered-well',
      (random, _, index) => bernoulli(random, index < 500 ? 0.95 : 0.6),
      0.2,
    )
    console.log('binary, drifting, 20 %:', rates)
    expect(rates.anytime).toBeLessThanOrEqual(ALPHA)
  })

  it('names a false winner of a skewed time less often than alpha', () => {
    const rates = simulate('latency-ms', (random) => 800 * Math.exp(0.6 * normal(random)))
    console.log('latency, no difference:', rates)
    expect(rates.anytime).toBeLessThanOrEqual(ALPHA)
    expect(rates.classical).toBeGreaterThan(2 * ALPHA)
  })

  it('finds the better variant', () => {
    const share = simulate(
      'answered-well',
      (random, variant) => bernoulli(random, variant === 'warm' ? 0.95 : 0.8),
      0.5,
      50,
    )
    const time = simulate(
      'latency-ms',
      (random, variant) => (variant === 'warm' ? 600 : 800) * Math.exp(0.6 * normal(random)),
      0.5,
      50,
    )
    console.log('real differences:', { share, time })
    expect(share.anytime).toBeGreaterThan(0.9)
    expect(time.anytime).toBeGreaterThan(0.9)
  })
})
