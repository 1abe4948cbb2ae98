import { APIError } from '@anthropic-ai/sdk'
import type { FailureKind } from '../../domain/failure.ts'
import { brokenAnswer, cutAnswer, failedInStream, invalidResponse } from '../http/broken-answer.ts'
import type { CallClock } from '../http/call-clock.ts'
import { type FailureContext, failureMessage } from '../http/failure-message.ts'
import { ProviderError } from '../provider-error.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import { kindOfStatus } from '../http/status-kind.ts'

/** The API's error types, also those that come inside a stream, where there is no HTTP status. */
const KIND_OF_TYPE: Readonly<Record<string, FailureKind>> = {
  invalid_request_error: 'bad-request',
  authentication_error: 'authentication',
  permission_error: 'authentication',
  billing_error: 'billing',
  not_found_error: 'bad-request',
  request_too_large: 'context-too-long',
  rate_limit_error: 'rate-limited',
  api_error: 'overloaded',
  overloaded_error: 'overloaded',
  timeout_error: 'timeout-after-send',
}

/** What the API says in words only, as `invalid_request_error`. */
const KIND_OF_WORDS: readonly (readonly [RegExp, FailureKind])[] = [
  [
    /prompt is too long|exceeds? (the )?context (limit|window)|too many total text bytes/i,
    'context-too-long',
  ],
  [/credit balance is too low/i, 'billing'],
  [/content filtering policy/i, 'content-policy'],
]

/** Turns whatever a call through the Anthropic SDK threw into a `ProviderError`. */
export function toAnthropicError(error: unknown, clock: CallClock, context: FailureContext): ProviderError {
  const broken = brokenAnswer(error, context)
  if (broken !== undefined) return broken
  if (!(error instanceof APIError)) return invalidResponse(String(error), context, error)
  const failed = error.status === undefined && error.error !== undefined
  if (error.status === undefined && !failed) return cutAnswer(error.message, context, error)
  const inStream = failed ? failedInStream(describe(error), clock, context) : undefined
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
  if (error.errorCode?.endsWith('spend_limit_reached') === true) return 'billing'
  const byType = KIND_OF_TYPE[error.type ?? '']
  const kind = byType ?? (error.status === undefined ? 'overloaded' : kindOfStatus(error.status))
  if (kind !== 'bad-request') return kind
  return KIND_OF_WORDS.find(([words]) => words.test(describe(error)))?.[1] ?? kind
}

function describe(error: APIError): string {
  const status = error.status === undefined ? '' : `${error.status} `
  const location = error.headers?.get('location')
  if (error.status !== undefined && error.status < 400 && location) {
    return `${status}the address moved to ${location}; set that as the base URL`
  }
  return error.apiMessage === null ? error.message : `${status}${error.apiMessage}`
}
