import { createServer } from 'node:http'
import { once } from 'node:events'
import { type Answer, json, stream } from '../../providers/mock-vendor.ts'
import { VENDORS } from '../../providers/vendors.ts'
import type { FailureKind } from '../../../domain/failure.ts'

export type VendorName = 'openai' | 'anthropic'

/** One way in which a vendor fails over HTTP, and the kind that it must be taken for. */
export interface FailingVendor {
  readonly vendor: VendorName
  readonly failure: string
  readonly kind: FailureKind
  /** Absent: nothing listens at its address. */
  readonly answer?: Answer
}

type Body = readonly [type: string, message: string, code?: string]

function errorOf(vendor: VendorName, [type, message, code = type]: Body): object {
  return vendor === 'openai'
    ? { error: { message, type, code, param: null } }
    : { type: 'error', error: { type, message }, request_id: null }
}

/** What each vendor sends with a failure; the status stands before it. */
const HTTP_ERRORS: readonly (readonly [
  failure: string,
  kind: FailureKind,
  status: number,
  bodies: Readonly<Record<VendorName, Body>>,
  headers?: Readonly<Record<string, string>>,
])[] = [
  ['429', 'rate-limited', 429, both(['rate_limit_exceeded', 'slow down'], ['rate_limit_error', 'slow down'])],
  [
    '429 with Retry-After',
    'rate-limited',
    429,
    both(['rate_limit_exceeded', 'slow down'], ['rate_limit_error', 'slow down']),
    { 'retry-after-ms': '300' },
  ],
  ['500', 'overloaded', 500, both(['server_error', 'broken'], ['api_error', 'broken'])],
  ['503', 'overloaded', 503, both(['server_error', 'busy'], ['api_error', 'busy'])],
  ['529', 'overloaded', 529, both(['server_error', 'busy'], ['overloaded_error', 'busy'])],
  [
    '400',
    'bad-request',
    400,
    both(['invalid_request_error', 'no', 'unsupported_value'], ['invalid_request_error', 'no']),
  ],
  [
    '400, prompt too long',
    'context-too-long',
    400,
    both(
      ['invalid_request_error', 'too long', 'context_length_exceeded'],
      ['invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'],
    ),
  ],
  ['413', 'context-too-long', 413, both(['too_large', 'too large'], ['request_too_large', 'too large'])],
  [
    '400, filtered',
    'content-policy',
    400,
    both(
      ['invalid_request_error', 'filtered', 'content_policy_violation'],
      ['invalid_request_error', 'Output blocked by content filtering policy'],
    ),
  ],
  ['401', 'authentication', 401, both(['invalid_api_key', 'who?'], ['authentication_error', 'who?'])],
  ['402', 'billing', 402, both(['insufficient_quota', 'no credit'], ['billing_error', 'no credit'])],
]

function both(openai: Body, anthropic: Body): Readonly<Record<VendorName, Body>> {
  return { openai, anthropic }
}

const garbage: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<h1>It works!</h1>')
}

/** Every failure that HTTP can produce, at each vendor. */
export function failingVendors(): readonly FailingVendor[] {
  return (['openai', 'anthropic'] as const).flatMap((vendor) => {
    const events = VENDORS.find(({ name }) => name === vendor)?.firstEvents ?? ''
    const errors = HTTP_ERRORS.map(([failure, kind, status, bodies, headers]) => ({
      failure,
      kind,
      answer: json(errorOf(vendor, bodies[vendor]), status, headers),
    }))
    const others: readonly Omit<FailingVendor, 'vendor'>[] = [
      { failure: 'connection refused', kind: 'unavailable' },
      { failure: 'cut stream', kind: 'timeout-after-send', answer: stream(events, 'broken') },
      { failure: 'hang', kind: 'timeout-after-send', answer: () => undefined },
      { failure: 'hang in mid-stream', kind: 'timeout-after-send', answer: stream(events, 'never') },
      { failure: 'garbage', kind: 'invalid-response', answer: garbage },
    ]
    return [...errors, ...others].map((one) => ({ vendor, ...one }))
  })
}

/** An address of this machine at which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  if (typeof bound !== 'object' || bound === null) throw new Error('no address')
  return `http://127.0.0.1:${bound.port}`
}
