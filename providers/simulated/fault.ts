/** What the simulated provider can do wrong. The numbers are HTTP statuses. */
export const FAULTS = [
  '400',
  '401',
  '402',
  '404',
  /** With `retry-after`. */
  '429',
  '500',
  '503',
  '529',
  /** 400: the prompt does not fit. */
  'context-too-long',
  /** 400: the filter rejects the prompt. */
  'content-policy',
  /** Never answers; billed, as a lost answer is. */
  'hang',
  /** Breaks the connection in the middle of the answer; billed. */
  'cut',
  /** Resets the connection before it answers; billed. */
  'drop',
  /** The first token comes late. */
  'slow-start',
  /** Answers 200 with a web page; billed. */
  'garbage',
  /** The model declines: an answer, and billed. */
  'refusal',
] as const
export type Fault = (typeof FAULTS)[number]

/** A fault that is an HTTP error, in both vendors' words. */
export interface HttpFault {
  readonly status: number
  readonly message: string
  readonly openAi: { readonly type: string; readonly code: string | null }
  readonly anthropicType: string
}

const invalid = {
  openAi: { type: 'invalid_request_error', code: null },
  anthropicType: 'invalid_request_error',
}
const server = { openAi: { type: 'server_error', code: null }, anthropicType: 'api_error' }
const overloaded = { ...server, anthropicType: 'overloaded_error' }

const HTTP_FAULTS: Readonly<Partial<Record<Fault, HttpFault>>> = {
  '400': { status: 400, message: 'Simulated: bad request', ...invalid },
  '401': {
    status: 401,
    message: 'Simulated: invalid API key',
    openAi: { type: 'invalid_request_error', code: 'invalid_api_key' },
    anthropicType: 'authentication_error',
  },
  '402': {
    status: 402,
    message: 'Simulated: out of credit',
    openAi: { type: 'insufficient_quota', code: 'insufficient_quota' },
    anthropicType: 'billing_error',
  },
  '404': {
    status: 404,
    message: 'Simulated: no such model',
    openAi: { type: 'invalid_request_error', code: 'model_not_found' },
    anthropicType: 'not_found_error',
  },
  '429': {
    status: 429,
    message: 'Simulated: rate limit reached',
    openAi: { type: 'requests', code: 'rate_limit_exceeded' },
    anthropicType: 'rate_limit_error',
  },
  '500': { status: 500, message: 'Simulated: internal error', ...server },
  '503': { status: 503, message: 'Simulated: overloaded', ...overloaded },
  '529': { status: 529, message: 'Simulated: overloaded', ...overloaded },
  'context-too-long': {
    status: 400,
    message: 'Simulated: prompt is too long',
    openAi: { type: 'invalid_request_error', code: 'context_length_exceeded' },
    anthropicType: 'invalid_request_error',
  },
  'content-policy': {
    status: 400,
    message: 'Simulated: rejected by content filtering policy',
    openAi: { type: 'invalid_request_error', code: 'content_policy_violation' },
    anthropicType: 'invalid_request_error',
  },
}

/** The HTTP error of a fault; `undefined` for those that are none. An HTTP error is billed nothing. */
export function httpFault(fault: Fault | undefined): HttpFault | undefined {
  return fault === undefined ? undefined : HTTP_FAULTS[fault]
}
