import { afterEach, expect, test } from 'vitest'
import { createAnthropicProvider } from '../../../providers/anthropic/provider.ts'
import {
  anthropicUsage,
  refusedEvents,
  refusedMessage,
  textEvents,
  textMessage,
  toolEvents,
  toolMessage,
} from '../../fixtures/providers/anthropic.ts'
import {
  anthropicEvents,
  type Answer,
  json,
  type MockVendor,
  startMockVendor,
  stream,
} from '../mock-vendor.ts'
import { makeOptions, makeRequest } from '../requests.ts'

let vendor: MockVendor | undefined
afterEach(() => vendor?.close())

async function ask(answer: Answer, onDelta?: (text: string) => void) {
  vendor = await startMockVendor(answer)
  const provider = createAnthropicProvider({ name: 'anthropic', apiKey: 'k', baseUrl: vendor.url })
  return provider.generate(makeRequest(), makeOptions(onDelta === undefined ? {} : { onDelta }))
}

/** Anthropic's 50 + 1,000 read + 300 written are 1,350 input tokens here. */
const USAGE = {
  inputTokens: 1350,
  outputTokens: 90,
  cachedInputTokens: 1000,
  cacheWriteTokens: 300,
  reasoningTokens: 40,
  source: 'provider',
}

test('a whole answer gives its visible text, and usage whose input includes the cache', async () => {
  expect(await ask(json(textMessage))).toMatchObject({
    content: 'The capital of France is Paris.',
    finishReason: 'stop',
    usage: USAGE,
    rawUsage: anthropicUsage,
    providerModel: 'claude-opus-4-8',
  })
})

test('a streamed answer gives its deltas, the same usage, and the time to the first token', async () => {
  const deltas: string[] = []
  const result = await ask(stream(anthropicEvents(textEvents)), (delta) => deltas.push(delta))
  expect(deltas).toEqual(['The capital of ', 'France is Paris.'])
  expect(result).toMatchObject({ content: deltas.join(''), finishReason: 'stop', usage: USAGE })
  expect(result.timings.timeToFirstTokenMs).toBeLessThanOrEqual(result.timings.latencyMs)
})

test('tool calls come whole', async () => {
  expect(await ask(json(toolMessage))).toMatchObject({
    content: 'Let me look.',
    finishReason: 'tool-calls',
    toolCalls: [{ id: 'toolu_a', name: 'weather', argumentsJson: '{"city":"Paris"}' }],
  })
})

test('tool calls are put together from a stream, one without parameters as {}', async () => {
  const result = await ask(stream(anthropicEvents(toolEvents)), () => undefined)
  expect(result.finishReason).toBe('tool-calls')
  expect(result.toolCalls).toEqual([
    { id: 'toolu_a', name: 'weather', argumentsJson: '{"city":"Paris"}' },
    { id: 'toolu_b', name: 'today', argumentsJson: '{}' },
  ])
})

test('a refusal is a result with its explanation', async () => {
  expect(await ask(json(refusedMessage))).toMatchObject({
    content: '',
    finishReason: 'refusal',
    refusal: 'This could help to cause harm.',
    usage: USAGE,
  })
})

test('a refusal in the middle of a stream discards what was written and is billed', async () => {
  const result = await ask(stream(anthropicEvents(refusedEvents)), () => undefined)
  expect(result).toMatchObject({ content: '', finishReason: 'refusal', usage: USAGE })
  expect(result.refusal).toContain('cyber')
})

test.each(['max_tokens', 'model_context_window_exceeded'] as const)(
  '%s is a length finish',
  async (stop_reason) => {
    expect((await ask(json({ ...textMessage, stop_reason }))).finishReason).toBe('length')
  },
)
