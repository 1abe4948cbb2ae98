import { createServer as createTcpServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { GenerateOptions } from '../../providers/model-provider.ts'
import { type Answer, json, type MockVendor, startMockVendor, stream } from './mock-vendor.ts'
import { failureOf, makeOptions, makeRequest } from './requests.ts'
import { VENDORS } from './vendors.ts'

let mock: MockVendor | undefined
afterEach(() => mock?.close())

const STREAMED = { onDelta: () => undefined }
const silence: Answer = () => undefined
const page: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<html>It works!</html>')
}

describe.each(VENDORS)('$name', (vendor) => {
  const failureWith = async (answer: Answer, options: Partial<GenerateOptions> = {}) => {
    mock = await startMockVendor(answer)
    return failureOf(vendor.connect(mock.url).generate(makeRequest(), makeOptions(options)))
  }

  test('a refused connection is unavailable: nothing was sent', async () => {
    mock = await startMockVendor(silence)
    await mock.close()
    const failure = await failureOf(vendor.connect(mock.url).generate(makeRequest(), makeOptions()))
    expect(failure.kind).toBe('unavailable')
    expect(failure.message).toContain('ECONNREFUSED')
  })

  test('an unknown host is unavailable', async () => {
    const provider = vendor.connect('http://no-such-host.invalid')
    expect((await failureOf(provider.generate(makeRequest(), makeOptions()))).kind).toBe('unavailable')
  })

  test('a host that does not speak TLS is unavailable: nothing was sent', async () => {
    mock = await startMockVendor(silence)
    const provider = vendor.connect(mock.url.replace('http:', 'https:'))
    expect((await failureOf(provider.generate(makeRequest(), makeOptions()))).kind).toBe('unavailable')
    expect(mock.calls).toHaveLength(0)
  })

  test('a connection reset after the request was sent may have been billed', async () => {
    const failure = await failureWith((response) => response.socket?.resetAndDestroy())
    expect(failure.kind).toBe('timeout-after-send')
    expect(mock?.calls).toHaveLength(1)
  })

  test('a whole answer that breaks off may have been billed', async () => {
    const failure = await failureWith((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
      response.write('{"id":', () => response.socket?.destroy())
    })
    expect(failure.kind).toBe('timeout-after-send')
  })

  test.each(['properly', 'broken'] as const)(
    'a stream that ends early, %s, may have been billed',
    async (end) => {
      const deltas: string[] = []
      const failure = await failureWith(stream(vendor.firstEvents, end), {
        onDelta: (text) => deltas.push(text),
      })
      expect(failure.kind).toBe('timeout-after-send')
      expect(deltas).toEqual(['The capital of '])
    },
  )

  test('a stream without its last event is not taken for whole', async () => {
    expect((await failureWith(stream(vendor.eventsWithoutEnd), STREAMED)).kind).toBe('timeout-after-send')
  })

  test('an error inside a stream is free before the first token and may be billed after it', async () => {
    expect((await failureWith(stream(vendor.errorEvent), STREAMED)).kind).toBe('overloaded')
    await mock?.close()
    const late = await failureWith(stream(vendor.firstEvents + vendor.errorEvent), STREAMED)
    expect(late.kind).toBe('timeout-after-send')
    expect(late.message).toContain('Overloaded')
  })

  test.each<[string, Answer, Partial<GenerateOptions>]>([
    ['a web page', page, {}],
    ['a web page instead of a stream', page, STREAMED],
    ['JSON of another shape', json({ hello: 'world' }), {}],
    [
      'JSON that is cut',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end('{"id":')
      },
      {},
    ],
    ['a stream of broken JSON', stream('event: message_start\ndata: {oops\n\n'), STREAMED],
  ])('%s is an invalid response', async (_title, answer, options) => {
    expect((await failureWith(answer, options)).kind).toBe('invalid-response')
    expect(mock?.calls).toHaveLength(1)
  })

  test('no answer in time may have been billed, and the connection is given up', async () => {
    const failure = await failureWith(silence, { timeoutMs: 200 })
    expect(failure.kind).toBe('timeout-after-send')
    expect(failure.message).toContain('200 ms')
    await vi.waitUntil(() => mock?.hungUp())
  })

  test('a stream that stalls runs out of time too', async () => {
    const failure = await failureWith(stream(vendor.firstEvents, 'never'), { ...STREAMED, timeoutMs: 300 })
    expect(failure.kind).toBe('timeout-after-send')
  })

  test.each([
    ['before the answer', silence],
    ['in the middle of a stream', stream(vendor.firstEvents, 'never')],
  ])('a call cancelled %s stops within a second and hangs up', async (_title, answer) => {
    const cancel = new AbortController()
    const failing = failureWith(answer, { ...STREAMED, signal: cancel.signal })
    await vi.waitUntil(() => mock?.calls.length === 1)
    await delay(50)
    const cancelledMs = performance.now()
    cancel.abort()
    expect((await failing).kind).toBe('cancelled')
    expect(performance.now() - cancelledMs).toBeLessThan(1000)
    await vi.waitUntil(() => mock?.hungUp())
  })

  test('a call cancelled before it begins is not sent and known to be free', async () => {
    const failure = await failureWith(json(vendor.answer), { signal: AbortSignal.abort() })
    expect(failure.kind).toBe('cancelled')
    expect(failure.details.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 })
    expect(mock?.calls).toHaveLength(0)
  })

  test('a call without time left is not sent', async () => {
    expect((await failureWith(json(vendor.answer), { timeoutMs: 0 })).kind).toBe('timeout-before-send')
    expect(mock?.calls).toHaveLength(0)
  })
})

test('a host that takes the connection and hangs up without an answer may have billed', async () => {
  const server = createTcpServer((socket) => socket.once('data', () => socket.end()))
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  for (const vendor of VENDORS) {
    const provider = vendor.connect(`http://127.0.0.1:${port}`)
    expect((await failureOf(provider.generate(makeRequest(), makeOptions()))).kind).toBe('timeout-after-send')
  }
  server.close()
})
