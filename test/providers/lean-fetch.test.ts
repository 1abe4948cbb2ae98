import { afterEach, describe, expect, test } from 'vitest'
import { createServer, type RequestListener, type Server } from 'node:http'
import { leanFetch } from '../../providers/http/lean-fetch.ts'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function readAll(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of response.body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('leanFetch', () => {
  test('sends what it is given and reads status, headers and JSON', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
      request.on('data', (sent: Buffer) => {
        response.end(
          JSON.stringify({ method: request.method, asked: request.headers['x-asked'], sent: String(sent) }),
        )
      })
    })
    const response = await leanFetch(`${url}/v1`, {
      method: 'POST',
      headers: { 'x-asked': 'yes' },
      body: 'äöü',
    })
    expect([response.status, response.ok, response.url]).toEqual([201, true, `${url}/v1`])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.json()).toEqual({ method: 'POST', asked: 'yes', sent: 'äöü' })
  })

  test('does not follow a redirect', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(307, { location: '/elsewhere' }).end('moved'),
    )
    const response = await leanFetch(url)
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      307,
      '/elsewhere',
      'moved',
    ])
  })

  test('gives the body piece by piece', async () => {
    const url = await serve((_request, response) => {
      response.write('one ')
      setTimeout(() => response.end('two'), 20)
    })
    expect(await readAll(await leanFetch(url))).toBe('one two')
  })

  test('says like fetch why it found nobody', async () => {
    const url = await serve(() => {})
    server?.close()
    const error = await failureOf(leanFetch(url))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  })

  test('says like fetch that an answer broke off, in its body and in its text', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      setTimeout(() => response.destroy(), 20)
    })
    const inBody = await failureOf(leanFetch(url).then(readAll))
    const inText = await failureOf(leanFetch(url).then((response) => response.text()))
    for (const error of [inBody, inText])
      expect(error).toMatchObject({ name: 'TypeError', message: 'terminated' })
  })

  test('stops when it is told to, before the answer and in it', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/answers') response.write('half')
    })
    for (const path of ['/answers', '/hangs']) {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 30)
      // oxlint-disable-next-line no-await-in-loop
      const error = await failureOf(leanFetch(url + path, { signal: stop.signal }).then(readAll))
      expect(error).toMatchObject({ name: 'AbortError' })
    }
  })

  test('lets the connection go when the body is read no further', async () => {
    const url = await serve((_request, response) => response.write('half'))
    const closed = new Promise((resolve) => {
      server?.on('connection', (socket) => socket.once('close', resolve))
    })
    const response = await leanFetch(url)
    const chunks = response.body?.[Symbol.asyncIterator]()
    await chunks?.next()
    await chunks?.return?.()
    await closed
  })

  test('keeps the connection when its reader has enough just before the end', async () => {
    const url = await serve((_request, response) => {
      response.write('all of it')
      setTimeout(() => response.end(), 20)
    })
    let connections = 0
    server?.on('connection', () => connections++)
    for (const pauseMs of [50, 50, 0]) {
      // oxlint-disable-next-line no-await-in-loop -- each call may use the connection of the one before
      const response = await leanFetch(url)
      const chunks = response.body?.[Symbol.asyncIterator]()
      // oxlint-disable-next-line no-await-in-loop
      await chunks?.next()
      // oxlint-disable-next-line no-await-in-loop
      await chunks?.return?.()
      // oxlint-disable-next-line no-await-in-loop
      await sleep(pauseMs)
    }
    expect(connections).toBe(1)
  })

  test('refuses what is no text', async () => {
    await expect(leanFetch('http://127.0.0.1:9', { method: 'POST', body: new Blob(['x']) })).rejects.toThrow(
      'fetch failed',
    )
  })
})
