import { describe, expect, it } from 'vitest'
import { createLocalProvider } from '../../../providers/local/provider.ts'
import { textMessage } from '../../../domain/message.ts'
import type { HostRequest, ModelHost } from '../../../providers/local/model-host.ts'
import type { ProviderRequest } from '../../../providers/model-provider.ts'

const REQUEST: ProviderRequest = {
  attemptId: 'a1',
  providerModel: 'tiny',
  messages: [textMessage('system', 'be brief'), textMessage('user', 'hello')],
  maxOutputTokens: 8,
  temperature: 0.5,
}
const OPTIONS = { signal: new AbortController().signal, timeoutMs: 1000 }

function providerOf(requests: HostRequest[]) {
  const generate: ModelHost['generate'] = (request) => {
    requests.push(request)
    const memory = { residentBeforeLoadBytes: 1, residentAfterLoadBytes: 2, peakResidentBytes: 3 }
    return Promise.resolve({
      text: 'hi',
      finishReason: 'stop' as const,
      figures: { promptTokens: 7, outputTokens: 2, prefillMs: 1, decodeMs: 2, memory },
      seed: 4,
      queuedMs: 1,
      timeToFirstTokenMs: 2,
      latencyMs: 4,
    })
  }
  const host = (model: string) => (model === 'tiny' ? { generate } : undefined)
  return createLocalProvider({ name: 'local', host })
}

describe('the local provider', () => {
  it('answers with the exact usage, the memory and the timings of the host', async () => {
    const requests: HostRequest[] = []
    await expect(providerOf(requests).generate(REQUEST, OPTIONS)).resolves.toMatchObject({
      content: 'hi',
      finishReason: 'stop',
      toolCalls: [],
      usage: { inputTokens: 7, outputTokens: 2, source: 'provider' },
      rawUsage: { promptTokens: 7, memory: { peakResidentBytes: 3 }, seed: 4 },
      providerModel: 'tiny',
      timings: { latencyMs: 4, timeToFirstTokenMs: 2 },
    })
    expect(requests).toEqual([
      {
        messages: [
          { role: 'system', text: 'be brief' },
          { role: 'user', text: 'hello' },
        ],
        maxOutputTokens: 8,
        temperature: 0.5,
      },
    ])
  })

  it('says that a model is not loaded', async () => {
    const answer = providerOf([]).generate({ ...REQUEST, providerModel: 'other' }, OPTIONS)
    await expect(answer).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('other is not loaded'),
    })
  })

  it.each<[string, Partial<ProviderRequest>]>([
    ['tools', { tools: [{ name: 'search', parameters: {} }] }],
    ['images', { messages: [{ role: 'user', parts: [{ type: 'image', url: 'file:///a.png' }] }] }],
    ['tool calls', { messages: [textMessage('tool', '42')] }],
  ])('says that it takes no %s', async (what, overrides) => {
    const answer = providerOf([]).generate({ ...REQUEST, ...overrides }, OPTIONS)
    await expect(answer).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining(what),
    })
  })
})
