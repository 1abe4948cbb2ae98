import { type Reader } from '../reading/reader.ts'
import { number, oneOf, text } from '../reading/scalars.ts'
import { object, optional } from '../reading/composites.ts'

export const VERDICTS = ['good', 'bad'] as const
/** What somebody said about an answer. */
export type Verdict = (typeof VERDICTS)[number]

/** What is said about the answer of one operation. */
export interface Feedback {
  readonly operationId: string
  readonly verdict: Verdict
  /** 0 to 1. */
  readonly score?: number
  /** Who says it. */
  readonly by?: string
}

export interface RecordedFeedback extends Feedback {
  /** ISO 8601 in UTC. */
  readonly firstGivenAt: string
  readonly givenAt: string
}

export const feedbackReader: Reader<Feedback> = object({
  operationId: text({ maxLength: 500 }),
  verdict: oneOf(VERDICTS),
  score: optional(number({ min: 0, max: 1 })),
  by: optional(text({ maxLength: 200 })),
})
