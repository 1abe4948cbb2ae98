import { afterEach, expect, test } from 'vitest'
import type { FailureKind } from '../../domain/failure.ts'
import { json, type MockVendor, startMockVendor } from './mock-vendor.ts'
import { failureOf, makeOptions, makeRequest } from './requests.ts'
import { VENDORS, type Vendor } from './vendors.ts'

let mock: MockVendor | undefined
afterEach(() => mock?.close())

const openAi = (message: string, type: string, code: string | null = null): object => ({
  error: { message, type, code, param: null },
})
const anthropic = (type: string, message: string, error_code?: string): object => ({
  type: 'error',
  error: { type, message, ...(error_code === undefined ? {} : { details: { error_code } }) },
  request_id: 'req_constructed',
})

type Case = readonly [status: number, kind: FailureKind, body: object]

const OPENAI_CASES: readonly Case[] = [
  [
    401,
    'authentication',
    openAi('Incorrect API key provided: secret-key', 'invalid_request_error', 'invalid_api_key'),
  ],
  [403, 'authentication', openAi('Country not supported', 'request_forbidden')],
  [402, 'billing', openAi('Insufficient balance', 'unknown_error')],
  [429, 'billing', openAi('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota')],
  [429, 'rate-limited', openAi('Rate limit reached', 'requests', 'rate_limit_exceeded')],
  [400, 'context-too-long', openAi('Too long', 'invalid_request_error', 'context_length_exceeded')],
  [400, 'context-too-long', openAi("This model's maximum context length is 4096 tokens", 'BadRequestError')],
  [400, 'content-policy', openAi('Rejected', 'invalid_request_error', 'content_policy_violation')],
  [400, 'content-policy', openAi('Filtered', 'invalid_request_error', 'content_filter')],
  [400, 'bad-request', openAi('Unsupported value', 'invalid_request_error', 'unsupported_value')],
  [404, 'bad-request', openAi('No such model', 'invalid_request_error', 'model_not_found')],
  [422, 'bad-request', { detail: [{ msg: 'field required' }] }],
  [500, 'overloaded', openAi('Server error', 'server_error')],
  [502, 'overloaded', {}],
  [503, 'overloaded', openAi('Overloaded', 'server_error')],
  [504, 'timeout-after-send', {}],
]

const ANTHROPIC_CASES: readonly Case[] = [
  [401, 'authentication', anthropic('authentication_error', 'invalid x-api-key')],
  [403, 'authentication', anthropic('permission_error', 'not allowed')],
  [402, 'billing', anthropic('billing_error', 'payment required')],
  [400, 'billing', anthropic('invalid_request_error', 'Your credit balance is too low to access the API')],
  [429, 'billing', anthropic('rate_limit_error', 'limit reached', 'contract_spend_limit_reached')],
  [429, 'rate-limited', anthropic('rate_limit_error', 'slow down')],
  [
    400,
    'context-too-long',
    anthropic('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
  ],
  [413, 'context-too-long', anthropic('request_too_large', 'Request exceeds the maximum size')],
  [400, 'content-policy', anthropic('invalid_request_error', 'Output blocked by content filtering policy')],
  [400, 'bad-request', anthropic('invalid_request_error', 'max_tokens: field required')],
  [404, 'bad-request', anthropic('not_found_error', 'model: claude-x')],
  [500, 'overloaded', anthropic('api_error', 'Internal server error')],
  [503, 'overloaded', {}],
  [529, 'overloaded', anthropic('overloaded_error', 'Overloaded')],
  [504, 'timeout-after-send', anthropic('timeout_error', 'Request timed out')],
]

const [openAiVendor, anthropicVendor] = VENDORS
const CASES = [
  ...OPENAI_CASES.map((one) => [openAiVendor, ...one] as const),
  ...ANTHROPIC_CASES.map((one) => [anthropicVendor, ...one] as const),
].map(([vendor, status, kind, body]) => ({ vendor, name: vendor?.name, status, kind, body }))

async function failureAt(vendor: Vendor | undefined, answer: ReturnType<typeof json>, isStreamed = false) {
  mock = await startMockVendor(answer)
  const options = makeOptions(isStreamed ? { onDelta: () => undefined } : {})
  return failureOf(vendor?.connect(mock.url).generate(makeRequest(), options) ?? Promise.resolve())
}

test.each(CASES)('$name: $status is $kind after exactly one call', async ({ vendor, status, kind, body }) => {
  const failure = await failureAt(vendor, json(body, status))
  expect(failure.toFailure()).toMatchObject({ kind, status })
  expect(failure.message).not.toContain('secret-key')
  expect(mock?.calls).toHaveLength(1)
})

test.each(CASES.filter(({ status }) => status === 429 || status === 500))(
  '$name: $status is $kind after exactly one call when it would have streamed',
  async ({ vendor, status, kind, body }) => {
    expect((await failureAt(vendor, json(body, status), true)).kind).toBe(kind)
    expect(mock?.calls).toHaveLength(1)
  },
)

test.each(VENDORS)('$name: the wait that a 429 asks for is reported', async (vendor) => {
  const failure = await failureAt(
    vendor,
    json({ error: { message: 'slow down' } }, 429, { 'retry-after': '3' }),
  )
  expect(failure.details.retryAfterMs).toBe(3000)
})

test.each(VENDORS)('$name: a wrong key names the environment variable to check', async (vendor) => {
  const failure = await failureAt(vendor, json({ error: { message: 'invalid key' } }, 401))
  expect(failure.message).toContain(`${vendor.name.toUpperCase()}_API_KEY`)
})

test.each(VENDORS)('$name: a redirect is not followed, and says where to', async (vendor) => {
  const failure = await failureAt(vendor, json({}, 307, { location: 'https://elsewhere.example/v1' }))
  expect(failure.kind).toBe('bad-request')
  expect(failure.message).toContain('https://elsewhere.example/v1')
  expect(mock?.calls).toHaveLength(1)
})
