import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { textMessage } from '../../../domain/message.ts'
import { createAnthropicProvider } from '../../../providers/anthropic/provider.ts'
import type { ModelProvider, ProviderRequest } from '../../../providers/model-provider.ts'
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

const ask = (prompt: string, settings: Partial<ProviderRequest> = {}): ProviderRequest =>
  makeRequest({ messages: [textMessage('user', prompt)], attemptId: `attempt of ${prompt}`, ...settings })
const entriesOf = (attemptId: string) =>
  running.server.calls().filter((entry) => entry.attemptId === attemptId)
const STREAMED = { onDelta: () => undefined }

const BOTH = ['openai', 'anthropic'] as const

test.each(BOTH)('%s: an answer has the tokens that the journal bills', async (surface) => {
  for (const options of [{}, STREAMED]) {
    const request = ask(`[[sim tokens=20]] ${surface} ${Object.keys(options).join('')}`)
    const result = await surfaces[surface].generate(request, makeOptions(options))
    expect(result.content.split(' ')).toHaveLength(20)
    expect(result.usage).toMatchObject({ outputTokens: 20, source: 'provider' })
    expect(entriesOf(request.attemptId)).toMatchObject([
      { surface, status: 200, inputTokens: result.usage.inputTokens, outputTokens: 20, answered: true },
    ])
  }
})

test('the journal file holds the entry when the answer arrives', async () => {
  const request = ask('[[sim latency=0 tokens=1]] journal first')
  for (let round = 0; round < 20; round += 1) {
    const attemptId = `round-${round}`
    await surfaces.openai.generate({ ...request, attemptId }, makeOptions(STREAMED))
    expect(await readFile(running.journalFile, 'utf8')).toContain(`"attemptId":"${attemptId}"`)
  }
})

test('GET /journal shows the calls', async () => {
  await surfaces.openai.generate(ask('[[sim tokens=1]] shown'), makeOptions())
  const response = await fetch(`${running.server.url}/journal`)
  expect(await response.json()).toEqual(running.server.calls())
})

test.each(BOTH)('%s: an answer longer than the limit is cut there', async (surface) => {
  const request = ask('[[sim tokens=50]] long', { maxOutputTokens: 10 })
  const result = await surfaces[surface].generate(request, makeOptions())
  expect(result).toMatchObject({ finishReason: 'length', usage: { outputTokens: 10 } })
})

test.each(BOTH)('%s: the given text is the answer, streamed in pieces', async (surface) => {
  const deltas: string[] = []
  const request = ask('[[sim text="Ünïcode 🙂 all the way\\nto the end"]]')
  const result = await surfaces[surface].generate(
    request,
    makeOptions({ onDelta: (text) => deltas.push(text) }),
  )
  expect(result.content).toBe('Ünïcode 🙂 all the way\nto the end')
  expect(deltas.length).toBeGreaterThan(2)
})

test.each(BOTH)('%s: a refusal is a result and billed', async (surface) => {
  for (const options of [{}, STREAMED]) {
    const request = ask(`[[sim fault=refusal]] ${surface} ${Object.keys(options).join('')}`)
    const result = await surfaces[surface].generate(request, makeOptions(options))
    expect(result.finishReason).toBe('refusal')
    expect(result.refusal).toContain('Simulated refusal')
    expect(entriesOf(request.attemptId)).toMatchObject([
      { outputTokens: result.usage.outputTokens, answered: true },
    ])
  }
})

test.each(BOTH)(
  '%s: a plan schema is filled with as many subtasks as the directive says',
  async (surface) => {
    const subtask = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }
    const schema = { type: 'object', properties: { subtasks: { type: 'array', items: subtask } } }
    const responseFormat = { type: 'json-schema', name: 'plan', schema } as const
    const plan = await surfaces[surface].generate(
      ask('[[sim subtasks=3]]', { responseFormat }),
      makeOptions(),
    )
    expect(JSON.parse(plan.content)).toMatchObject({ subtasks: [{ id: 's1' }, { id: 's2' }, { id: 's3' }] })
    const usual = await surfaces[surface].generate(ask('plan', { responseFormat }), makeOptions(STREAMED))
    expect(JSON.parse(usual.content)).toHaveProperty('subtasks.length', 4)
  },
)

test.each(BOTH)('%s: a required tool is called with arguments of its schema', async (surface) => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const tools = [{ name: 'weather', parameters }]
  for (const options of [{}, STREAMED]) {
    const result = await surfaces[surface].generate(
      ask('w', { tools, toolChoice: 'required' }),
      makeOptions(options),
    )
    expect(result.finishReason).toBe('tool-calls')
    expect(JSON.parse(result.toolCalls[0]?.argumentsJson ?? '')).toHaveProperty('city')
  }
})

test('JSON mode answers with an object, and lines with a numbered list', async () => {
  const json = await surfaces.openai.generate(ask('any', { responseFormat: { type: 'json' } }), makeOptions())
  expect(JSON.parse(json.content)).toHaveProperty('answer')
  const lines = await surfaces.openai.generate(ask('[[sim lines=3]]'), makeOptions())
  expect(lines.content).toMatch(/^1\. .+\n2\. .+\n3\. .+$/)
})

test.each([
  ['429', 'rate-limited'],
  ['401', 'authentication'],
  ['402', 'billing'],
  ['404', 'bad-request'],
  ['500', 'overloaded'],
  ['503', 'overloaded'],
  ['529', 'overloaded'],
  ['context-too-long', 'context-too-long'],
  ['content-policy', 'content-policy'],
] as const)('the fault %s is %s for both adapters and costs nothing', async (fault, kind) => {
  for (const surface of BOTH) {
    const request = ask(`[[sim fault=${fault} retry-after=2]] ${surface}`)
    const failure = await failureOf(surfaces[surface].generate(request, makeOptions()))
    expect(failure.kind).toBe(kind)
    expect(failure.details.retryAfterMs).toBe(fault === '429' ? 2000 : undefined)
    expect(entriesOf(request.attemptId)).toMatchObject([
      { fault, inputTokens: 0, outputTokens: 0, answered: true },
    ])
  }
})

test.each([
  ['drop', 'timeout-after-send', 0],
  ['cut', 'timeout-after-send', 200],
  ['garbage', 'invalid-response', 200],
  ['hang', 'timeout-after-send', 0],
] as const)('the fault %s is %s for both adapters and is billed', async (fault, kind, status) => {
  for (const surface of BOTH) {
    for (const options of [{}, STREAMED]) {
      const request = ask(`[[sim fault=${fault} tokens=30]] ${surface} ${Object.keys(options).join('')}`)
      const timeoutMs = fault === 'hang' ? 300 : 20_000
      const failure = await failureOf(
        surfaces[surface].generate(request, makeOptions({ ...options, timeoutMs })),
      )
      expect(failure.kind).toBe(kind)
      expect(entriesOf(request.attemptId)).toMatchObject([
        { fault, status, outputTokens: 30, answered: fault === 'garbage' },
      ])
    }
  }
})

test('a slow start delays the first token', async () => {
  await using slow = await startTestServer({ behaviour: { default: { slowStartMs: 150 } } })
  const provider = createSimulatedProvider({ name: 'simulated', baseUrl: slow.server.url })
  const result = await provider.generate(ask('[[sim fault=slow-start]]'), makeOptions(STREAMED))
  expect(result.timings.timeToFirstTokenMs).toBeGreaterThan(140)
})

test('a fault with times strikes only the first calls of its key', async () => {
  const request = ask('[[sim fault=500 times=2 key=twice]]')
  const kinds: string[] = []
  for (let call = 0; call < 3; call += 1) {
    const outcome = await surfaces.openai
      .generate(request, makeOptions())
      .catch(() => ({ finishReason: 'failed' }))
    kinds.push(outcome.finishReason)
  }
  expect(kinds).toEqual(['failed', 'failed', 'stop'])
})

test('a caller that hangs up is billed, and its entry says that nobody was answered', async () => {
  const cancel = new AbortController()
  const request = ask('[[sim latency=60000 tokens=5]]')
  const failing = failureOf(surfaces.openai.generate(request, makeOptions({ signal: cancel.signal })))
  await vi.waitUntil(async () => (await fetch(`${running.server.url}/v1/models`)).ok)
  setTimeout(() => cancel.abort(), 100)
  expect((await failing).kind).toBe('cancelled')
  await vi.waitUntil(() => entriesOf(request.attemptId).length === 1)
  expect(entriesOf(request.attemptId)).toMatchObject([{ status: 0, outputTokens: 5, answered: false }])
})

test('a directive that cannot be read is a bad request that says so', async () => {
  const failure = await failureOf(surfaces.openai.generate(ask('[[sim fualt=500]]'), makeOptions()))
  expect(failure.kind).toBe('bad-request')
  expect(failure.message).toContain('fualt')
})
