import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attachServer, type AttachServerOptions } from '../../../providers/local/attached/attach-server.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

let server: FakeServer
beforeEach(async () => {
  server = await startFakeServer(['qwen3-8b', 'other'])
})
afterEach(() => server.stop())

function options(changes: Partial<AttachServerOptions> = {}): AttachServerOptions {
  return {
    name: 'beside',
    baseUrl: server.baseUrl,
    providerModel: 'qwen3-8b',
    watchIntervalMs: 20,
    ...changes,
  }
}

describe('a server that a node attaches to', () => {
  it('is ready when it has the model and generates with it', async () => {
    const attached = await attachServer(options())
    expect(server.asked.slice(0, 2)).toEqual(['/v1/models', '/v1/chat/completions qwen3-8b'])
    attached.detach()
  })

  it('answers calls through its API', async () => {
    const attached = await attachServer(options())
    const result = await attached.provider.generate(
      {
        attemptId: 'a@r#1',
        providerModel: 'qwen3-8b',
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
        maxOutputTokens: 8,
      },
      { signal: new AbortController().signal, timeoutMs: 30_000 },
    )
    expect(result).toMatchObject({ content: 'from the attached server', usage: { outputTokens: 4 } })
    attached.detach()
  })

  it('is asked with its key', async () => {
    server.behaviour.apiKey = 'secret'
    await expect(attachServer(options())).rejects.toThrow('HTTP status 401')
    const attached = await attachServer(options({ apiKey: 'secret' }))
    attached.detach()
  })

  it('is not ready without the model', async () => {
    await expect(attachServer(options({ providerModel: 'qwen3-9b' }))).rejects.toThrow(
      'has no model qwen3-9b; it has qwen3-8b, other',
    )
  })

  it('is not ready when it cannot generate', async () => {
    server.behaviour.completionStatus = 500
    await expect(attachServer(options())).rejects.toThrow('the server of endpoint beside does not generate')
  })

  it('is not ready when nothing answers, or something else does', async () => {
    await expect(attachServer(options({ baseUrl: 'http://127.0.0.1:9/v1' }))).rejects.toThrow(
      'cannot be asked for its models at http://127.0.0.1:9/v1',
    )
    const strange = async () => Response.json({ hello: 'world' })
    await expect(attachServer(options({ fetch: strange }))).rejects.toThrow('is no list of models')
  })

  it('is given up when it stops answering', async () => {
    const attached = await attachServer(options())
    server.behaviour.models = []
    expect(await attached.exited).toEqual({ reason: expect.stringContaining('has no model qwen3-8b') })
  })

  it('is not given up for one look that failed', async () => {
    let looks = 0
    const flaky: typeof fetch = async (input, init) => {
      looks += init?.method === undefined ? 1 : 0
      if (looks % 3 === 2) throw new TypeError('fetch failed')
      return fetch(input, init)
    }
    const attached = await attachServer(options({ fetch: flaky }))
    const ended = attached.exited.then(() => 'given up')
    await expect.poll(() => looks).toBeGreaterThan(9)
    attached.detach()
    expect(await Promise.race([ended, Promise.resolve('kept')])).toBe('kept')
  })
})
