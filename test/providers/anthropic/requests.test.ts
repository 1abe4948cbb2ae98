import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ResolvedMessage, textMessage as message } from '../../../domain/message.ts'
import { createAnthropicProvider } from '../../../providers/anthropic/provider.ts'
import type { ProviderRequest } from '../../../providers/model-provider.ts'
import { textMessage } from '../../fixtures/providers/anthropic.ts'
import { json, type MockVendor, type ReceivedCall, startMockVendor } from '../mock-vendor.ts'
import { failureOf, makeOptions, makeRequest } from '../requests.ts'

let vendor: MockVendor
beforeEach(async () => {
  vendor = await startMockVendor(json(textMessage))
})
afterEach(() => vendor.close())

async function sent(settings: Partial<ProviderRequest>): Promise<ReceivedCall | undefined> {
  const provider = createAnthropicProvider({ name: 'anthropic', apiKey: 'secret-key', baseUrl: vendor.url })
  await provider.generate(makeRequest(settings), makeOptions())
  return vendor.calls.at(-1)
}

function toolResult(id: string): ResolvedMessage {
  return { role: 'tool', parts: [{ type: 'text', text: `result ${id}` }], toolCallId: id }
}

test('the system prompt is split off and the turns follow', async () => {
  const call = await sent({ stop: ['END'] })
  expect(call?.path).toBe('/v1/messages')
  expect(call?.body).toEqual({
    model: 'model-2026-01-01',
    max_tokens: 256,
    system: 'Be brief.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'What is the capital of France?' }] }],
    stop_sequences: ['END'],
  })
})

test('temperature and seed are not sent, because today’s models refuse them', async () => {
  const call = await sent({ temperature: 0.2, seed: 1 })
  expect(call?.body).not.toHaveProperty('temperature')
  expect(call?.body).not.toHaveProperty('seed')
})

test('key, API version and attempt id travel in headers', async () => {
  const call = await sent({})
  expect(call?.headers).toMatchObject({
    authorization: 'Bearer secret-key',
    'x-switchyard-attempt': 'call/acme/42@run-1#1',
  })
  expect(call?.headers['anthropic-version']).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('a JSON schema goes into output_config, closed, and with bounds the API ignores kept as description', async () => {
  const schema = {
    type: 'object',
    properties: { steps: { type: 'array', items: { type: 'string', maxLength: 9 }, minItems: 3 } },
    required: ['steps'],
  }
  const call = await sent({ responseFormat: { type: 'json-schema', name: 'plan', schema } })
  expect(call?.body['output_config']).toMatchObject({
    format: { type: 'json_schema', schema: { additionalProperties: false, required: ['steps'] } },
  })
  expect(JSON.stringify(call?.body['output_config'])).toContain('minItems: 3')
})

test('JSON mode is asked for in the system prompt', async () => {
  expect((await sent({ responseFormat: { type: 'json' } }))?.body['system']).toMatch(
    /^Be brief\.\n\n.*JSON object/,
  )
})

test('results of parallel tool calls stand in one turn', async () => {
  const call = await sent({
    tools: [{ name: 'weather', parameters: { properties: { city: { type: 'string' } } } }],
    toolChoice: 'required',
    messages: [
      message('user', 'Weather?'),
      {
        role: 'assistant',
        parts: [],
        toolCalls: [
          { id: 'a', name: 'weather', argumentsJson: '{"city":"Paris"}' },
          { id: 'b', name: 'weather', argumentsJson: '' },
        ],
      },
      toolResult('a'),
      toolResult('b'),
    ],
  })
  expect(call?.body).toMatchObject({
    tools: [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }],
    tool_choice: { type: 'any' },
    messages: [
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'b', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'result a' }] },
          { type: 'tool_result', tool_use_id: 'b' },
        ],
      },
    ],
  })
})

test('images travel as base64 or address', async () => {
  const messages: ResolvedMessage[] = [
    {
      role: 'user',
      parts: [
        { type: 'image', data: '/9j/4AAQ' },
        { type: 'image', url: 'https://example.com/cat.png' },
      ],
    },
  ]
  expect((await sent({ messages }))?.body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/4AAQ' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
      ],
    },
  ])
})

test.each<[string, ResolvedMessage[]]>([
  ['no user message', [message('system', 'Be brief.')]],
  [
    'tool arguments that are not JSON',
    [{ role: 'assistant', parts: [], toolCalls: [{ id: 'a', name: 'x', argumentsJson: '{' }] }],
  ],
])('%s fails before anything is sent', async (_title, messages) => {
  expect((await failureOf(sent({ messages }))).kind).toBe('bad-request')
  expect(vendor.calls).toHaveLength(0)
})

test('a schema that cannot be sent says which', async () => {
  const responseFormat = { type: 'json-schema', name: 'odd', schema: { description: 'anything' } } as const
  expect((await failureOf(sent({ responseFormat }))).message).toContain('odd')
})
