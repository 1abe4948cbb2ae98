/** What answers can be compared by. */
export const METRIC_NAMES = [
  'answered-well',
  'refused',
  'schema-valid',
  'feedback-good',
  'score',
  'latency-ms',
  'cost-nano-usd',
] as const
export type MetricName = (typeof METRIC_NAMES)[number]

export const DIRECTIONS = ['higher', 'lower'] as const
/** Which value is better. */
export type Direction = (typeof DIRECTIONS)[number]

export interface Metric {
  /** `bounded`: every value lies from 0 to 1, and the error bound is exact; `amount`: it holds asymptotically. */
  readonly scale: 'bounded' | 'amount'
  readonly better: Direction
  readonly meaning: string
  /** Values come later than answers: people give them. */
  readonly isGivenLater: boolean
}

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  'answered-well': {
    scale: 'bounded',
    better: 'higher',
    meaning:
      'answered at the first attempt, without a refusal, and fitting its schema where one was asked for',
    isGivenLater: false,
  },
  refused: {
    scale: 'bounded',
    better: 'lower',
    meaning: 'the model refused, or its filter did',
    isGivenLater: false,
  },
  'schema-valid': {
    scale: 'bounded',
    better: 'higher',
    meaning: 'of the answers that were to fit a schema: whether they do',
    isGivenLater: false,
  },
  'feedback-good': {
    scale: 'bounded',
    better: 'higher',
    meaning: 'of the answers that somebody judged: whether they were good',
    isGivenLater: true,
  },
  score: {
    scale: 'bounded',
    better: 'higher',
    meaning: 'the score from 0 to 1 that was given with the feedback',
    isGivenLater: true,
  },
  'latency-ms': {
    scale: 'amount',
    better: 'lower',
    meaning: 'milliseconds from the admission of the first attempt to the end of the last',
    isGivenLater: false,
  },
  'cost-nano-usd': {
    scale: 'amount',
    better: 'lower',
    meaning: 'nano-dollars of all attempts together',
    isGivenLater: false,
  },
}
