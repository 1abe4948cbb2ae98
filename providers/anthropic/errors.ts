import { APIError } from '@anthropic-ai/sdk'
import type { FailureKind } from '../../domain/failure.ts'
import { type FailedCall, fromVendorError, type VendorErrors } from '../http/api-error.ts'
import type { ProviderError } from '../provider-error.ts'
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

const VENDOR: VendorErrors<APIError> = {
  isApiError: (error) => error instanceof APIError,
  kindOf,
  describe,
}

/** Turns whatever a call through the Anthropic SDK threw into a `ProviderError`. */
export function toAnthropicError(error: unknown, call: FailedCall): ProviderError {
  return fromVendorError(error, VENDOR, call)
}

function kindOf(error: APIError): FailureKind {
  if (error.errorCode?.endsWith('spend_limit_reached') === true) return 'billing'
  const byType = KIND_OF_TYPE[error.type ?? '']
  const kind = byType ?? (error.status === undefined ? 'overloaded' : kindOfStatus(error.status))
  if (kind !== 'bad-request') return kind
  return KIND_OF_WORDS.find(([words]) => words.test(describe(error)))?.[1] ?? kind
}

function describe({ apiMessage, message, status }: APIError): string {
  if (apiMessage === null) return message
  return status === undefined ? apiMessage : `${status} ${apiMessage}`
}
