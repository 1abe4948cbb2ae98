import { afterEach, expect, test } from 'vitest'
import { createOpenAiProvider } from '../../../providers/openai/provider.ts'
import {
  filteredCompletion,
  openAiUsage,
  refusedChunks,
  refusedCompletion,
  textChunks,
  textCompletion,
  toolChunks,
  toolCompletion,
} from '../../fixtures/providers/openai.ts'
import { type Answer, json, type MockVendor, openAiEvents, startMockVendor, stream } from '../mock-vendor.ts'
import { makeOptions, makeRequest } from '../requests.ts'

let vendor: MockVendor | undefined
afterEach(() => vendor?.close())

async function ask(
  answer: Answer,
  onDelta?: (text: string) => void,
  dialect: 'openai' | 'compatible' = 'openai',
) {
  vendor = await startMockVendor(answer)
  const provider = createOpenAiProvider({ name: 'openai', apiKey: 'k', baseUrl: `${vendor.url}/v1`, dialect })
  return provider.generate(makeRequest(), makeOptions(onDelta === undefined ? {} : { onDelta }))
}

const USAGE = {
  inputTokens: 200,
  outputTokens: 80,
  cachedInputTokens: 120,
  cacheWriteTokens: 0,
  reasoningTokens: 64,
  source: 'provider',
}
const TOOL_CALLS = [
  { id: 'call_a', name: 'weather', argumentsJson: '{"city":"Paris"}' },
  { id: 'call_b', name: 'weather', argumentsJson: '{"city":"Rome"}' },
]

test('a whole answer gives text, exact usage, raw usage and the model that answered', async () => {
  const result = await ask(json(textCompletion))
  expect(result).toMatchObject({
    content: 'The capital of France is Paris.',
    finishReason: 'stop',
    toolCalls: [],
    usage: USAGE,
    rawUsage: openAiUsage,
    providerModel: 'gpt-5.5-2026-04-23',
  })
  expect(result.timings.timeToFirstTokenMs).toBeUndefined()
})

test('a streamed answer gives its deltas, the same result, and the time to the first token', async () => {
  const deltas: string[] = []
  const result = await ask(stream(openAiEvents(textChunks)), (delta) => deltas.push(delta))
  expect(deltas).toEqual(['The capital of ', 'France is Paris.'])
  expect(result).toMatchObject({
    content: deltas.join(''),
    finishReason: 'stop',
    usage: USAGE,
    rawUsage: openAiUsage,
  })
  expect(result.timings.timeToFirstTokenMs).toBeLessThanOrEqual(result.timings.latencyMs)
})

test('tool calls come whole, and are put together from a stream', async () => {
  const whole = await ask(json(toolCompletion))
  await vendor?.close()
  const streamed = await ask(stream(openAiEvents(toolChunks)), () => undefined)
  for (const result of [whole, streamed]) {
    expect(result).toMatchObject({ content: '', finishReason: 'tool-calls', toolCalls: TOOL_CALLS })
  }
})

test('a refusal is a result, whole and streamed', async () => {
  const whole = await ask(json(refusedCompletion))
  await vendor?.close()
  const streamed = await ask(stream(openAiEvents(refusedChunks)), () => undefined)
  for (const result of [whole, streamed]) {
    expect(result).toMatchObject({
      content: '',
      finishReason: 'refusal',
      refusal: "I'm sorry, I can't help with that.",
      usage: USAGE,
    })
  }
})

test('an answer that the filter stopped is a result that says so', async () => {
  expect(await ask(json(filteredCompletion))).toMatchObject({
    content: 'The first',
    finishReason: 'content-filter',
  })
})

test('a compatible host without usage gets an estimate, marked as one', async () => {
  const { usage: _usage, ...withoutUsage } = textCompletion
  const result = await ask(json(withoutUsage), undefined, 'compatible')
  expect(result.usage).toMatchObject({ source: 'estimate', outputTokens: 8 })
  expect(result.usage.inputTokens).toBeGreaterThan(0)
  expect(result.rawUsage).toBeNull()
})

test('a compatible host that counts reasoning beside the completion is billed for both', async () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 45,
    completion_tokens_details: { reasoning_tokens: 30 },
  }
  const result = await ask(json({ ...textCompletion, usage }), undefined, 'compatible')
  expect(result.usage).toMatchObject({ inputTokens: 10, outputTokens: 35, reasoningTokens: 30 })
})

test('a bare answer of a minimal host is enough', async () => {
  const answer = json({ choices: [{ message: { content: 'Paris' } }] })
  const result = await ask(answer, undefined, 'compatible')
  expect(result).toMatchObject({ content: 'Paris', finishReason: 'stop', providerModel: 'model-2026-01-01' })
})
