import type { CountGuard, CountMetric, GuardSign, ObservedAttempt } from '../guards.ts'

type Outcome = ObservedAttempt['outcome']

/** Outcomes that are not the version's doing: our own quota, a caller who gave up. */
const NOBODYS_FAULT: readonly Outcome[] = ['rate-limited', 'cancelled']
const TOO_LATE: readonly Outcome[] = ['timeout-before-send', 'timeout-after-send', 'missing']
const REFUSALS: readonly Outcome[] = ['refused', 'content-policy']

/**
 * What one attempt contributes to a guard. Data that should be there and is not counts as bad: an attempt without an
 * outcome is an error and late, a schema that nobody checked is broken, a time that was not taken is over its limit.
 * @param limitMs for times: the guard's own, or the one that was frozen for it
 */
export function observe(
  attempt: ObservedAttempt,
  { metric }: Pick<CountGuard, 'metric'>,
  limitMs = Infinity,
): GuardSign {
  if (NOBODYS_FAULT.includes(attempt.outcome)) return undefined
  return SIGNS[metric](attempt, limitMs)
}

const SIGNS: Readonly<Record<CountMetric, (attempt: ObservedAttempt, limitMs: number) => GuardSign>> = {
  errors: ({ outcome }) => sign(!hasAnswer(outcome) && !REFUSALS.includes(outcome)),
  timeouts: ({ outcome }) => sign(TOO_LATE.includes(outcome)),
  refusals: ({ outcome }) =>
    hasAnswer(outcome) || REFUSALS.includes(outcome) ? sign(REFUSALS.includes(outcome)) : undefined,
  'schema-invalid': ({ outcome, schema }) =>
    outcome === 'answered' && schema !== undefined ? sign(schema !== 'valid') : undefined,
  failures: ({ outcome, schema }) =>
    sign(outcome !== 'answered' || (schema !== undefined && schema !== 'valid')),
  'time-to-first-token': ({ outcome, timeToFirstTokenMs }, limitMs) =>
    // Who ran out of time before the first token was over the limit, whatever it is.
    overLimit(timeToFirstTokenMs, limitMs) ?? (TOO_LATE.includes(outcome) ? 'bad' : undefined),
  'time-per-output-token': ({ timePerOutputTokenMs }, limitMs) => overLimit(timePerOutputTokenMs, limitMs),
  'judged-bad': ({ judgement }) => judgement,
}

function overLimit(timeMs: number | 'missing' | undefined, limitMs: number): GuardSign {
  if (timeMs === undefined) return undefined
  return sign(timeMs === 'missing' || timeMs > limitMs)
}

function hasAnswer(outcome: Outcome): boolean {
  return outcome === 'answered' || outcome === 'refused'
}

function sign(isBad: boolean): GuardSign {
  return isBad ? 'bad' : 'good'
}
