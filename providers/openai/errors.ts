import { APIError } from 'openai'
import type { FailureKind } from '../../domain/failure.ts'
import { brokenAnswer, cutAnswer, failedInStream, invalidResponse } from '../http/broken-answer.ts'
import type { CallClock } from '../http/call-clock.ts'
import { type FailureContext, failureMessage } from '../http/failure-message.ts'
import { ProviderError } from '../provider-error.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import { kindOfStatus } from '../http/status-kind.ts'

/** Codes that say more than the HTTP status they come with. */
const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  // Sent with 429, but waiting does not help: the account has no money.
  insufficient_quota: 'billing',
  billing_hard_limit_reached: 'billing',
  billing_not_active: 'billing',
  context_length_exceeded: 'context-too-long',
  content_policy_violation: 'content-policy',
  content_filter: 'content-policy',
  ResponsibleAIPolicyViolation: 'content-policy',
  invalid_prompt: 'content-policy',
  invalid_api_key: 'authentication',
  rate_limit_exceeded: 'rate-limited',
  server_error: 'overloaded',
}

/** Compatible hosts have no code for it: they say it in words. */
const TOO_LONG =
  /(maximum|max) context length|context (window|length|size)|prompt is too long|too many (input )?tokens/i

/** Turns whatever a call through the `openai` SDK threw into a `ProviderError`. */
export function toOpenAiError(error: unknown, clock: CallClock, context: FailureContext): ProviderError {
  const broken = brokenAnswer(error, context)
  if (broken !== undefined) return broken
  if (!(error instanceof APIError)) return invalidResponse(String(error), context, error)
  const failed = error.status === undefined && error.error !== undefined
  if (error.status === undefined && !failed) return cutAnswer(error.message, context, error)
  const inStream = failed ? failedInStream(error.message, clock, context) : undefined
  return inStream ?? fromApiError(error, context)
}

function fromApiError(error: APIError, context: FailureContext): ProviderError {
  const kind = kindOf(error)
  const retryAfterMs = error.headers === undefined ? undefined : parseRetryAfter(error.headers, Date.now())
  return new ProviderError(kind, failureMessage(kind, describe(error), context), {
    cause: error,
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function kindOf(error: APIError): FailureKind {
  const known = [error.code, error.type].flatMap((code) => KIND_OF_CODE[code ?? ''] ?? [])[0]
  if (known !== undefined) return known
  // Inside a stream there is no status; some hosts put it into `code`.
  const status = error.status ?? Number(error.code)
  const kind =
    status >= 400 ? kindOfStatus(status) : error.status === undefined ? 'overloaded' : 'bad-request'
  return kind === 'bad-request' && TOO_LONG.test(error.message) ? 'context-too-long' : kind
}

function describe(error: APIError): string {
  const location = error.headers?.get('location')
  if (error.status !== undefined && error.status < 400 && location) {
    return `${error.status}: the address moved to ${location}; set that as the base URL`
  }
  return error.message
}
