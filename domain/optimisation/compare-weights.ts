import { compareDifferences, LEAST_PAIRS, type Pair } from './compare-pairs.ts'
import type { Figure, TriedChange, TrialOutcome } from './result.ts'
import {
  chooseBest,
  decideTrial,
  type Judged,
  type Trial,
  type TrialDecision,
  type TrialRules,
} from './decide-trial.ts'
import { mean } from './measurement.ts'

/** How likely one version's weights find a text: the less surprise, the better. */
export interface ScoredText {
  /** Nats of surprise per token: minus the mean logarithm of the probabilities. exp of it is the perplexity. */
  readonly surprise: number
}

export interface ScoredWeights {
  readonly name: string
  /** The same texts in the same order for every version. */
  readonly texts: readonly ScoredText[]
}

export interface WeightsComparison {
  /** Speed, measured in rounds. */
  readonly trial: Trial
  /** Of the baseline and every candidate that could be scored. */
  readonly scores: readonly ScoredWeights[]
}

/**
 * Chooses between weights files of one model, such as two quantisations. One takes the place of what stands when it is faster by
 * more than `minimumGain` and its texts surprise it by no more than `negligibleLoss` nats per token beyond today's (a test of
 * non-inferiority on the paired differences); or when it models them better for certain and is not slower for certain.
 * Perplexity on the same texts is the usual measure of what quantisation costs (llama.cpp, tools/perplexity).
 */
export function decideWeights(
  { trial, scores }: WeightsComparison,
  rules: TrialRules & { readonly negligibleLoss: number },
): TrialDecision {
  const { tried: speeds } = decideTrial(trial, rules)
  const today = scores.find(({ name }) => name === trial.baseline)
  const tail = (1 - rules.confidence) / trial.candidates.length
  const judged = speeds.map((speed): Judged => {
    const other = scores.find(({ name }) => name === speed.name)
    if (speed.outcome === 'failed') return { tried: speed, gain: 0 }
    if (today === undefined || other === undefined) {
      return { tried: { ...speed, outcome: 'failed', reason: 'its quality could not be measured' }, gain: 0 }
    }
    return judge(speed, pairTexts(today, other), tail, rules.negligibleLoss)
  })
  return chooseBest(judged)
}

function judge(speed: TriedChange, pairs: readonly Pair[], tail: number, negligibleLoss: number): Judged {
  if (pairs.length < LEAST_PAIRS) {
    const reason = `its quality was measured on ${pairs.length} texts, which are too few`
    return { tried: { ...speed, outcome: 'failed', reason }, gain: 0 }
  }
  const { mean: loss, from, to } = compareDifferences(pairs, tail)
  const surprise: Figure = {
    name: 'surprise',
    unit: 'nats/token',
    before: mean(pairs.map(({ before }) => before)),
    after: mean(pairs.map(({ after }) => after)),
  }
  const isNoWorse = to <= negligibleLoss
  const isBetter = to < 0
  const outcome = outcomeOf(speed.outcome, isNoWorse, isBetter)
  const range = `${from.toFixed(4)} to ${to.toFixed(4)} nats per token more surprise`
  const quality = isBetter
    ? 'it models the texts better'
    : isNoWorse
      ? 'its quality is the same'
      : 'its quality may be worse'
  return {
    tried: {
      name: speed.name,
      outcome,
      reason: `${quality} (${range}); ${speed.reason}`,
      figures: [surprise, ...speed.figures],
    },
    gain: (speed.figures[0]?.change?.share ?? 0) - loss,
  }
}

function outcomeOf(speed: TrialOutcome, isNoWorse: boolean, isBetter: boolean): TrialOutcome {
  if (!isNoWorse) return 'worse'
  if (speed === 'no-gain' && isBetter) return 'better'
  return speed
}

function pairTexts(today: ScoredWeights, other: ScoredWeights): readonly Pair[] {
  return today.texts.flatMap(({ surprise }, index) => {
    const found = other.texts[index]
    return found === undefined ? [] : [{ before: surprise, after: found.surprise }]
  })
}
