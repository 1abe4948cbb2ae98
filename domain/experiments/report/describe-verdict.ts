import { METRICS, type MetricName } from '../metric.ts'
import type { EndReason } from '../experiment-state.ts'
import type { ExperimentVerdict } from '../judge-experiment.ts'

/** A verdict as a sentence. */
export function describeVerdict(verdict: ExperimentVerdict, metric: MetricName): string {
  switch (verdict.kind) {
    case 'winner':
      return `${verdict.variant} wins`
    case 'no-difference-larger-than-margin':
      return `no difference larger than ${formatValue(verdict.margin, metric)}`
    case 'undecided':
      return `undecided: ${verdict.reason}`
  }
}

const END_SENTENCES: Readonly<Record<EndReason, string>> = {
  decided: 'the evidence was enough',
  stopped: 'it was stopped',
  'time-is-up': 'its time was up',
  'units-are-used-up': 'it had all its units',
  'lease-lost': "the model's traffic was taken away from it",
}

export function describeEnd(reason: EndReason): string {
  return END_SENTENCES[reason]
}

const DIGITS = 4

/** A value of a metric for people: shares in percent, times in milliseconds, costs in dollars. */
export function formatValue(value: number, metric: MetricName): string {
  if (metric === 'cost-nano-usd') return `$${rounded(value / 1e9)}`
  if (metric === 'latency-ms') return `${rounded(value)} ms`
  return METRICS[metric].scale === 'bounded' && metric !== 'score'
    ? `${rounded(value * 100)} %`
    : rounded(value)
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(DIGITS)))
}

/** Tiny ones are not told apart. */
export function formatPValue(pValue: number): string {
  return pValue < 1e-6 ? '< 0.000001' : rounded(pValue)
}
