import type { AttemptReport, CallEnd, CallRefusal, LegReport } from '../call-result.ts'
import { agreedWithWinner, type Legs } from './legs.ts'
import type { NanoUsd } from '../money.ts'

/** A leg whose call has ended. */
export interface EndedLeg {
  readonly operationId: string
  readonly model: string
  readonly version: string
  readonly end: CallEnd
  /** How its answer begins, where answers are compared. */
  readonly excerpt?: string
}

/**
 * The end of a call whose legs have all ended: the winner's answer, or why there is none; with what all legs took.
 * @param ended by index; `undefined` for a leg that was never asked
 */
export function parallelEnd(
  operationId: string,
  state: Legs,
  ended: readonly (EndedLeg | undefined)[],
): CallEnd {
  const asked = ended.filter((leg) => leg !== undefined)
  const whole = {
    attempts: asked.flatMap(({ end }) => attemptsOf(end)),
    costNanoUsd: asked.reduce((sum, { end }) => sum + costOf(end), 0),
    legs: ended.flatMap((leg, index) => (leg === undefined ? [] : [reportLeg(leg, state, index)])),
  }
  const won = state.phase === 'won' ? ended[state.winner] : undefined
  if (won?.end.status === 'answered') {
    return { status: 'answered', result: { ...won.end.result, operationId, ...whole } }
  }
  return { status: 'refused', refusal: { operationId, ...explain(state, whole.legs, asked), ...whole } }
}

function reportLeg({ end, excerpt, ...leg }: EndedLeg, state: Legs, index: number): LegReport {
  const agreed = agreedWithWinner(state, index)
  const shared = {
    ...leg,
    costNanoUsd: costOf(end),
    ...(agreed === undefined ? {} : { agreed }),
    ...(excerpt === undefined ? {} : { excerpt }),
  }
  if (end.status === 'answered') {
    const { version, answer } = end.result
    return { ...shared, version, status: 'answered', latencyMs: answer.timings.latencyMs }
  }
  const { kind, reason } = end.refusal
  return { ...shared, status: kind === 'cancelled' ? 'cancelled' : 'failed', reason }
}

function explain(
  state: Legs,
  legs: readonly LegReport[],
  asked: readonly EndedLeg[],
): Pick<CallRefusal, 'kind' | 'reason'> {
  const { rule } = state
  if (state.phase === 'lost' && state.isCancelled)
    return { kind: 'cancelled', reason: 'the call was cancelled' }
  const each = legs.map(describeLeg).join('; ')
  if (rule.kind === 'consensus') {
    return { kind: 'no-consensus', reason: `no ${rule.agree} of ${legs.length} legs agree: ${each}` }
  }
  const kinds = new Set(asked.flatMap(({ end }) => (end.status === 'refused' ? [end.refusal.kind] : [])))
  const [kind, ...others] = kinds
  return {
    kind: kind === undefined || others.length > 0 ? 'all-failed' : kind,
    reason: `${legs.length === 1 ? 'the only leg' : `all ${legs.length} legs`} failed: ${each}`,
  }
}

function describeLeg({ model, status, excerpt, reason }: LegReport): string {
  if (status === 'answered')
    return `${model} says ${excerpt === undefined ? 'something' : JSON.stringify(excerpt)}`
  return status === 'cancelled' ? `${model} was stopped` : `${model}: ${reason ?? 'failed'}`
}

function attemptsOf(end: CallEnd): readonly AttemptReport[] {
  return end.status === 'answered' ? end.result.attempts : end.refusal.attempts
}

function costOf(end: CallEnd): NanoUsd {
  return end.status === 'answered' ? end.result.costNanoUsd : end.refusal.costNanoUsd
}
