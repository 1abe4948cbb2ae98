import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ResolvedMessage, textMessage } from '../../../domain/message.ts'
import type { ProviderRequest } from '../../../providers/model-provider.ts'
import { createOpenAiProvider, type OpenAiProviderOptions } from '../../../providers/openai/provider.ts'
import { textCompletion } from '../../fixtures/providers/openai.ts'
import { json, type MockVendor, type ReceivedCall, startMockVendor } from '../mock-vendor.ts'
import { failureOf, makeOptions, makeRequest } from '../requests.ts'

let vendor: MockVendor
beforeEach(async () => {
  vendor = await startMockVendor(json(textCompletion))
})
afterEach(() => vendor.close())

async function sent(
  settings: Partial<ProviderRequest>,
  options: Partial<OpenAiProviderOptions> = {},
): Promise<ReceivedCall | undefined> {
  const baseUrl = `${vendor.url}/v1`
  const provider = createOpenAiProvider({
    name: 'openai',
    apiKey: 'secret-key',
    baseUrl,
    dialect: 'openai',
    ...options,
  })
  await provider.generate(makeRequest(settings), makeOptions())
  return vendor.calls.at(-1)
}

test('the request goes to chat completions with model, messages, limit and settings', async () => {
  const call = await sent({ temperature: 0.3, seed: 7, stop: ['END'] })
  expect(call?.path).toBe('/v1/chat/completions')
  expect(call?.body).toEqual({
    model: 'model-2026-01-01',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is the capital of France?' },
    ],
    max_completion_tokens: 256,
    temperature: 0.3,
    seed: 7,
    stop: ['END'],
  })
})

test('a compatible host gets max_tokens', async () => {
  const call = await sent({}, { dialect: 'compatible' })
  expect(call?.body).toMatchObject({ max_tokens: 256 })
  expect(call?.body).not.toHaveProperty('max_completion_tokens')
})

test('the attempt id travels in the headers, percent-encoded where it is not ASCII', async () => {
  const call = await sent({ attemptId: 'call/müller/1@run#2' })
  expect(call?.headers['x-switchyard-attempt']).toBe('call/m%C3%BCller/1@run#2')
  expect(call?.headers['x-client-request-id']).toBe('call/m%C3%BCller/1@run#2')
})

test('the key is sent as bearer token, and no header at all without a key', async () => {
  expect((await sent({}))?.headers.authorization).toBe('Bearer secret-key')
  expect((await sent({}, { apiKey: undefined }))?.headers.authorization).toBeUndefined()
})

test('a JSON schema is enforced strictly where OpenAI can, and sent as it is where it cannot', async () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  }
  const open = { type: 'object', properties: { a: { type: 'string' } } }
  const strict = await sent({ responseFormat: { type: 'json-schema', name: 'my plan', schema: closed } })
  const loose = await sent({ responseFormat: { type: 'json-schema', name: 'plan', schema: open } })
  expect(strict?.body['response_format']).toEqual({
    type: 'json_schema',
    json_schema: { name: 'my_plan', schema: closed, strict: true },
  })
  expect(loose?.body['response_format']).toMatchObject({ json_schema: { schema: open, strict: false } })
})

test('a schema with an open object anywhere inside is not strict', async () => {
  const inner = { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] }
  const schema = {
    type: 'object',
    properties: { list: { type: 'array', items: inner } },
    required: ['list'],
    additionalProperties: false,
  }
  const call = await sent({ responseFormat: { type: 'json-schema', name: 'plan', schema } })
  expect(call?.body['response_format']).toMatchObject({ json_schema: { strict: false } })
})

test('JSON mode says JSON in the prompt when the prompt does not', async () => {
  const call = await sent({ responseFormat: { type: 'json' } })
  expect(call?.body['response_format']).toEqual({ type: 'json_object' })
  expect(JSON.stringify(call?.body['messages'])).toMatch(/JSON/)
  const messages = [textMessage<string>('user', 'Answer as json: a city')]
  expect((await sent({ responseFormat: { type: 'json' }, messages }))?.body['messages']).toHaveLength(1)
})

test('numbered lines are left to the prompt', async () => {
  const responseFormat = { type: 'numbered-lines', count: 3, minLength: 1, maxLength: 80 } as const
  expect((await sent({ responseFormat }))?.body).not.toHaveProperty('response_format')
})

test('images travel as data URL or address', async () => {
  const messages: ResolvedMessage[] = [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', data: 'iVBORw0KGgoAAAA' },
        { type: 'image', url: 'https://example.com/cat.png' },
      ],
    },
  ]
  expect((await sent({ messages }))?.body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgoAAAA' } },
        { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
      ],
    },
  ])
})

test('tools, the choice among them, calls and their results travel in the vendor’s words', async () => {
  const call = await sent({
    tools: [{ name: 'weather', description: 'Of a city', parameters: { type: 'object' } }],
    toolChoice: { name: 'weather' },
    messages: [
      textMessage('user', 'Weather?'),
      { role: 'assistant', parts: [], toolCalls: [{ id: 'c1', name: 'weather', argumentsJson: '{}' }] },
      { role: 'tool', parts: [{ type: 'text', text: 'Sunny' }], toolCallId: 'c1' },
    ],
  })
  expect(call?.body).toMatchObject({
    tools: [
      {
        type: 'function',
        function: { name: 'weather', description: 'Of a city', parameters: { type: 'object' } },
      },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    messages: [
      { role: 'user' },
      {
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', content: 'Sunny', tool_call_id: 'c1' },
    ],
  })
})

test('an image of unknown type fails before anything is sent', async () => {
  const messages: ResolvedMessage[] = [{ role: 'user', parts: [{ type: 'image', data: 'AAAA' }] }]
  const failure = await failureOf(sent({ messages }))
  expect(failure.kind).toBe('bad-request')
  expect(failure.message).toContain('image/png')
  expect(vendor.calls).toHaveLength(0)
})

test('a call that may take longer than fetch waits for headers streams even when nobody listens', async () => {
  const provider = createOpenAiProvider({ name: 'openai', apiKey: 'k', baseUrl: `${vendor.url}/v1` })
  const failure = await failureOf(provider.generate(makeRequest(), makeOptions({ timeoutMs: 600_000 })))
  expect(vendor.calls[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  expect(failure.kind).toBe('invalid-response')
})
