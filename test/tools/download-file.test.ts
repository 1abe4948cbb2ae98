import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadFile } from '../../tools/download-file.ts'

const content = Buffer.from('a file '.repeat(10_000))
const sha256 = createHash('sha256').update(content).digest('hex')

describe('downloadFile', () => {
  let folder: string
  let server: Server
  let address: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-download-'))
    server = createServer((request, response) => {
      if (request.url === '/silent') return
      if (request.url === '/missing') response.writeHead(404).end()
      else if (request.url === '/stalls') response.write(content.subarray(0, 100))
      else response.end(content)
    })
    server.listen({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const bound = server.address()
    address = typeof bound === 'object' && bound !== null ? `http://127.0.0.1:${bound.port}` : ''
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true, force: true })
  })
  const download = (path: string, expected = sha256) =>
    downloadFile({
      url: `${address}${path}`,
      target: join(folder, 'file'),
      sha256: expected,
      label: 'A file',
      connectTimeoutMs: 1_000,
      stallTimeoutMs: 300,
      onProgress: () => {},
    })

  test('puts the checked file in its place', async () => {
    await download('/file')
    expect((await readFile(join(folder, 'file'))).equals(content)).toBe(true)
    expect(await readdir(folder)).toEqual(['file'])
  })

  test.each([
    ['/missing', 'the server answered 404'],
    ['/silent', 'no answer for 1 s'],
    ['/stalls', 'no answer for 0.3 s'],
  ])('gives up on %s', async (path, reason) => {
    await expect(download(path)).rejects.toThrow(reason)
    expect(await readdir(folder)).toEqual([])
  })

  test('keeps nothing of a file with another checksum', async () => {
    await expect(download('/file', '0'.repeat(64))).rejects.toThrow(`its SHA-256 is ${sha256}`)
    expect(await readdir(folder)).toEqual([])
  })
})
