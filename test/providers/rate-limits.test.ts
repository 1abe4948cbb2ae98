import { afterEach, describe, expect, test } from 'vitest'
import { type Answer, json, type MockVendor, startMockVendor } from './mock-vendor.ts'
import { failureOf, makeOptions, makeRequest } from './requests.ts'
import { VENDORS, type Vendor } from './vendors.ts'

let mock: MockVendor | undefined
afterEach(() => mock?.close())

const RESET_MS = 60_000
const STREAMED = { onDelta: () => undefined }

/** The vendor's own headers that say that no request is left for a minute. */
function usedUp({ name }: Vendor): Record<string, string> {
  return name === 'openai'
    ? { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m0s' }
    : {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': new Date(Date.now() + RESET_MS).toISOString(),
      }
}

/** A stream with headers of its own. */
const events =
  (text: string, headers: Record<string, string>): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
    response.end(text)
  }

async function connect(vendor: Vendor, answer: Answer) {
  mock = await startMockVendor(answer)
  return vendor.connect(mock.url)
}

function expectWait(report: { readonly exhaustedForMs: number } | undefined): void {
  expect(report?.exhaustedForMs).toBeGreaterThan(0)
  expect(report?.exhaustedForMs).toBeLessThanOrEqual(RESET_MS)
}

describe.each(VENDORS)('$name: limits that are used up are reported', (vendor) => {
  test('with a whole answer', async () => {
    const provider = await connect(vendor, json(vendor.answer, 200, usedUp(vendor)))
    expectWait((await provider.generate(makeRequest(), makeOptions())).rateLimit)
  })

  test('with a streamed answer', async () => {
    const provider = await connect(vendor, events(vendor.events, usedUp(vendor)))
    expectWait((await provider.generate(makeRequest(), makeOptions(STREAMED))).rateLimit)
  })

  test('with an HTTP error, beside the wait it asks for', async () => {
    const headers = { ...usedUp(vendor), 'retry-after': '3' }
    const provider = await connect(vendor, json({ error: { message: 'slow down' } }, 429, headers))
    const failure = await failureOf(provider.generate(makeRequest(), makeOptions()))
    expect(failure).toMatchObject({ kind: 'rate-limited', details: { retryAfterMs: 3000, status: 429 } })
    expectWait(failure.details.rateLimit)
  })

  test('with a stream that breaks off', async () => {
    const provider = await connect(vendor, events(vendor.firstEvents, usedUp(vendor)))
    const failure = await failureOf(provider.generate(makeRequest(), makeOptions(STREAMED)))
    expect(failure.kind).toBe('timeout-after-send')
    expectWait(failure.details.rateLimit)
  })

  test('with an answer that is none', async () => {
    const provider = await connect(vendor, json({}, 200, usedUp(vendor)))
    const failure = await failureOf(provider.generate(makeRequest(), makeOptions()))
    expect(failure.kind).toBe('invalid-response')
    expectWait(failure.details.rateLimit)
  })
})

test.each(VENDORS)('$name: without such headers nothing is reported', async (vendor) => {
  const provider = await connect(vendor, json(vendor.answer))
  expect(await provider.generate(makeRequest(), makeOptions())).not.toHaveProperty('rateLimit')
})
