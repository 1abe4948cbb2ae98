import type { AdmitOutcome } from '../../activities/admit-call.ts'
import type { AttemptReport, CallEnd, CallRefusal } from '../../domain/call-result.ts'
import { bookFailure } from '../../domain/attempts/booking.ts'
import type { CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import type { CallModelOutput } from '../../activities/model-call.ts'
import { costNanoUsd } from '../../domain/catalog/price.ts'
import { toJson } from '../../domain/json.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { SettleCall } from '../../activities/settlement.ts'

export type OpenAttempt = Extract<AdmitOutcome, { status: 'opened' }>

/** How an answered attempt is settled; `end` is stored as the operation's. */
export function answeredSettlement(attempt: OpenAttempt, output: CallModelOutput, end: CallEnd): SettleCall {
  const { usage, providerModel, finishReason, timings, schema } = output.answer
  return {
    attemptId: attempt.attemptId,
    status: 'completed',
    charge: 'usage',
    usage,
    rawUsage: output.rawUsage,
    providerModel,
    finishReason,
    timings,
    ...(schema === undefined ? {} : { answerSchema: schema }),
    ...(output.rateLimit === undefined ? {} : { rateLimit: output.rateLimit }),
    operationEnd: { status: 'completed', result: toJson(end) },
  }
}

/** How a failed attempt is settled; with `end` it was the operation's last. */
export function failedSettlement(
  attempt: OpenAttempt,
  details: CallFailureDetails,
  end?: CallEnd,
): SettleCall {
  const { failure, usage, rawUsage, rateLimit } = details
  const wasCancelled = end?.status === 'refused' && end.refusal.kind === 'cancelled'
  return {
    attemptId: attempt.attemptId,
    ...bookFailure(failure, usage),
    failure,
    ...(usage === undefined ? {} : { usage }),
    ...(rawUsage === undefined ? {} : { rawUsage }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(end === undefined
      ? {}
      : { operationEnd: { status: wasCancelled ? 'cancelled' : 'failed', result: toJson(end) } }),
  }
}

/** The answered end of an operation. */
export function answeredEnd(
  operationId: string,
  attempt: OpenAttempt,
  output: CallModelOutput,
  earlier: readonly AttemptReport[],
): CallEnd {
  const { candidate, attemptId, price } = attempt
  const { model, version, provider, endpoint } = candidate
  const cost = costNanoUsd(output.answer.usage, price)
  const attempts = [
    ...earlier,
    { attemptId, model, version, endpoint, status: 'completed', costNanoUsd: cost } satisfies AttemptReport,
  ]
  return {
    status: 'answered',
    result: {
      operationId,
      model,
      version,
      provider,
      endpoint,
      answer: output.answer,
      costNanoUsd: totalCost(attempts),
      attempts,
    },
  }
}

/** The refused end of an operation. */
export function refusedEnd(
  operationId: string,
  kind: CallRefusal['kind'],
  reason: string,
  attempts: readonly AttemptReport[],
): CallEnd {
  return {
    status: 'refused',
    refusal: { operationId, kind, reason, attempts, costNanoUsd: totalCost(attempts) },
  }
}

/** A failed attempt as its caller sees it. */
export function reportFailed(attempt: OpenAttempt, { failure, usage }: CallFailureDetails): AttemptReport {
  const { candidate, attemptId, price, reservedNanoUsd } = attempt
  const { status, charge } = bookFailure(failure, usage)
  const cost = usage === undefined ? (charge === 'reserved' ? reservedNanoUsd : 0) : costNanoUsd(usage, price)
  const { model, version, endpoint } = candidate
  return { attemptId, model, version, endpoint, status, costNanoUsd: cost, failure }
}

function totalCost(attempts: readonly AttemptReport[]): NanoUsd {
  return attempts.reduce((sum, { costNanoUsd: cost }) => sum + cost, 0)
}
