import { APIError } from 'openai'
import type { FailureKind } from '../../domain/failure.ts'
import { type FailedCall, fromVendorError, type VendorErrors } from '../http/api-error.ts'
import type { ProviderError } from '../provider-error.ts'
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

const VENDOR: VendorErrors<APIError> = {
  isApiError: (error) => error instanceof APIError,
  kindOf,
  describe: ({ message }) => message,
}

/** Turns whatever a call through the `openai` SDK threw into a `ProviderError`. */
export function toOpenAiError(error: unknown, call: FailedCall): ProviderError {
  return fromVendorError(error, VENDOR, call)
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
