import { afterAll, beforeAll, expect, test } from 'vitest'
import { textMessage } from '../../../domain/message.ts'
import { createAnthropicProvider } from '../../../providers/anthropic/provider.ts'
import type { ModelProvider } from '../../../providers/model-provider.ts'
import { limitHeaders, limitsOf } from '../../../providers/simulated/limit-headers.ts'
import { createSimulatedProvider } from '../../../providers/simulated/provider.ts'
import { failureOf, makeOptions, makeRequest } from '../requests.ts'
import { startTestServer, type TestServer } from './simulated-server.ts'

let running: TestServer
let surfaces: Readonly<Record<'openai' | 'anthropic', ModelProvider>>
beforeAll(async () => {
  running = await startTestServer()
  const baseUrl = running.server.url
  surfaces = {
    openai: createSimulatedProvider({ name: 'simulated', baseUrl }),
    anthropic: createAnthropicProvider({ name: 'simulated', apiKey: 'k', baseUrl }),
  }
})
afterAll(() => running[Symbol.asyncDispose]())

const BOTH = ['openai', 'anthropic'] as const
const ask = (prompt: string) => makeRequest({ messages: [textMessage('user', prompt)] })

test.each(BOTH)('%s: a directive makes an answer say that a limit is used up', async (surface) => {
  for (const options of [{}, { onDelta: () => undefined }]) {
    const request = ask(`[[sim tokens=1 remaining-requests=0 reset=60s]] ${surface}`)
    const { rateLimit } = await surfaces[surface].generate(request, makeOptions(options))
    expect(rateLimit?.exhaustedForMs).toBeGreaterThan(0)
    expect(rateLimit?.exhaustedForMs).toBeLessThanOrEqual(60_000)
  }
})

test.each(BOTH)('%s: so does an error, and only as many calls as it says', async (surface) => {
  const request = ask(`[[sim fault=429 remaining-tokens=0 reset=1h]] ${surface}`)
  const failure = await failureOf(surfaces[surface].generate(request, makeOptions()))
  expect(failure.kind).toBe('rate-limited')
  expect(failure.details.rateLimit?.exhaustedForMs).toBeGreaterThan(0)
  const second = ask(`${surface} again [[sim remaining-tokens=0 reset=1h times=1 tokens=1 key=${surface}]]`)
  expect(await surfaces[surface].generate(second, makeOptions())).toHaveProperty('rateLimit')
  expect(await surfaces[surface].generate(second, makeOptions())).not.toHaveProperty('rateLimit')
})

test('each vendor has its own words for it', () => {
  const limits = limitsOf({ 'remaining-requests': 0, 'remaining-tokens': 7, reset: 120 })
  expect(limits).toBeDefined()
  if (limits === undefined) return
  const now = Date.parse('2026-11-21T12:00:00Z')
  expect(limitHeaders('openai', limits, now)).toEqual({
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-remaining-tokens': '7',
    'x-ratelimit-reset-tokens': '120ms',
  })
  expect(limitHeaders('anthropic', limits, now)).toEqual({
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:00.120Z',
    'anthropic-ratelimit-tokens-remaining': '7',
    'anthropic-ratelimit-tokens-reset': '2026-11-21T12:00:00.120Z',
  })
})

test('a reset alone speaks of no limit, and without one it is a second', () => {
  expect(limitsOf({ reset: 5 })).toBeUndefined()
  expect(limitsOf({ 'remaining-requests': 0 })).toEqual({ remaining: { requests: 0 }, resetMs: 1000 })
})
