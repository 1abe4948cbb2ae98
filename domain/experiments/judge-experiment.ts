import { asymptoticInterval } from './evidence/asymptotic-interval.ts'
import type { AnytimeEvidence } from './evidence/interval.ts'
import { bettingInterval } from './evidence/betting-interval.ts'
import { contrastBound, contrastScores, type ExperimentUnit, type Pair } from './evidence/contrast.ts'
import type { ExperimentDefinition } from './definition.ts'
import { type FixedHorizonTest, welchTest } from './evidence/welch.ts'
import { METRICS } from './metric.ts'
import { sampleRatioPValue, SUSPICIOUS_RATIO } from './evidence/sample-ratio.ts'

/** What a look at an experiment ends with. */
export type ExperimentVerdict =
  | { readonly kind: 'undecided'; readonly reason: string }
  /** Better than every other variant, with the errors bounded by alpha altogether. */
  | { readonly kind: 'winner'; readonly variant: string }
  /** No two variants differ by more than the margin. */
  | { readonly kind: 'no-difference-larger-than-margin'; readonly margin: number }

export interface VariantFigures {
  readonly variant: string
  readonly sharePercent: number
  readonly units: number
  /** Absent without units. */
  readonly mean?: number
}

/** One pair of variants. `null` as an end of the interval: nothing is known yet. */
export interface Comparison {
  readonly control: string
  readonly variant: string
  readonly effect: number
  readonly interval: { readonly from: number | null; readonly to: number | null }
  /** Anytime-valid. It has to be at most `bound`. */
  readonly pValue: number
  /** alpha, divided among the pairs. */
  readonly bound: number
  /** Beside it, for those who ask: valid at the planned sample size only. */
  readonly fixedHorizon?: FixedHorizonTest
}

/** What the outcomes so far say; JSON-safe. */
export interface ExperimentFindings {
  readonly verdict: ExperimentVerdict
  readonly units: number
  readonly variants: readonly VariantFigures[]
  readonly comparisons: readonly Comparison[]
  readonly sampleRatio: { readonly pValue: number; readonly isSuspicious: boolean }
}

/** Before any value is known: in the middle of what is possible. */
const FIRST_GUESS = 0.5

/**
 * Compares every two variants. All of it is valid at any moment and as often as one likes: alpha bounds the probability of
 * ever naming a winner that is not better than all others (each pair gets an equal part of it), and of ever saying "no
 * difference larger than the margin" when there is one.
 * @param units in the order in which their requests came, the first of each key
 */
export function judgeExperiment(
  definition: ExperimentDefinition,
  units: readonly ExperimentUnit[],
): ExperimentFindings {
  const variants = definition.variants.map(({ name, sharePercent }) => figuresOf(units, name, sharePercent))
  const pairs = pairsOf(definition)
  const comparisons = pairs.map((pair) =>
    compare(definition, units, pair, definition.errorRate / pairs.length),
  )
  const pValue = sampleRatioPValue(variants)
  const sampleRatio = { pValue, isSuspicious: pValue <= SUSPICIOUS_RATIO }
  const verdict = decide(definition, { variants, comparisons, sampleRatio })
  return { verdict, units: units.length, variants, comparisons, sampleRatio }
}

function figuresOf(units: readonly ExperimentUnit[], variant: string, sharePercent: number): VariantFigures {
  const values = units.filter((unit) => unit.variant === variant).map(({ value }) => value)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { variant, sharePercent, units: values.length, ...(values.length === 0 ? {} : { mean }) }
}

function pairsOf({ variants }: ExperimentDefinition): readonly Pair[] {
  return variants.flatMap((control, index) =>
    variants.slice(index + 1).map((variant) => ({
      control: control.name,
      variant: variant.name,
      weight: variant.sharePercent / (control.sharePercent + variant.sharePercent),
    })),
  )
}

function compare(
  { metric, looks }: ExperimentDefinition,
  units: readonly ExperimentUnit[],
  pair: Pair,
  bound: number,
): Comparison {
  const { control, variant, weight } = pair
  const evidence =
    METRICS[metric].scale === 'bounded'
      ? bettingInterval(contrastScores(units, pair, FIRST_GUESS), contrastBound(weight), bound)
      : asymptoticInterval(contrastScores(units, pair), looks.plannedUnits, bound)
  const fixedHorizon = welchTest(units, pair, looks.plannedUnits)
  return {
    control,
    variant,
    effect: evidence.effect,
    interval: finite(evidence.interval),
    pValue: evidence.pValue,
    bound,
    ...(fixedHorizon === undefined ? {} : { fixedHorizon }),
  }
}

/** JSON has no infinity. */
function finite({ from, to }: AnytimeEvidence['interval']): Comparison['interval'] {
  return { from: Number.isFinite(from) ? from : null, to: Number.isFinite(to) ? to : null }
}

function decide(
  { better, margin, looks, variants: defined }: ExperimentDefinition,
  {
    variants,
    comparisons,
    sampleRatio,
  }: Pick<ExperimentFindings, 'variants' | 'comparisons' | 'sampleRatio'>,
): ExperimentVerdict {
  const lacking = variants.find(({ units }) => units < looks.minUnitsPerVariant)
  if (lacking !== undefined) {
    const reason = `${lacking.variant} has ${lacking.units} of the ${looks.minUnitsPerVariant} units that are needed`
    return { kind: 'undecided', reason }
  }
  if (sampleRatio.isSuspicious) {
    const reason =
      'the units do not come in the shares that were set: values of one variant are missing, and no comparison is fair'
    return { kind: 'undecided', reason }
  }
  const winner = defined.find(({ name }) =>
    defined.every((other) => other.name === name || isBetter(name, other.name, comparisons, better)),
  )
  if (winner !== undefined) return { kind: 'winner', variant: winner.name }
  if (margin !== undefined && comparisons.every(({ interval }) => isWithin(interval, margin))) {
    return { kind: 'no-difference-larger-than-margin', margin }
  }
  return { kind: 'undecided', reason: 'the intervals do not tell the variants apart yet' }
}

function isBetter(
  name: string,
  other: string,
  comparisons: readonly Comparison[],
  better: ExperimentDefinition['better'],
): boolean {
  return comparisons.some(({ control, variant, interval: { from, to } }) => {
    const isHigher = from !== null && from > 0
    const isLower = to !== null && to < 0
    if (variant === name && control === other) return better === 'higher' ? isHigher : isLower
    return control === name && variant === other && (better === 'higher' ? isLower : isHigher)
  })
}

function isWithin({ from, to }: Comparison['interval'], margin: number): boolean {
  return from !== null && to !== null && from > -margin && to < margin
}
