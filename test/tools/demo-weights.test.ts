import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureWeights } from '../../tools/demo-weights.ts'
import { encodeTinyGguf } from '../../tools/tiny-gguf.ts'

describe('ensureWeights', () => {
  let cacheDir: string
  const ensure = (uri: string, sha256?: string) =>
    ensureWeights({ uri, ...(sha256 === undefined ? {} : { sha256 }) }, { cacheDir, onProgress: () => {} })
  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'switchyard-weights-'))
  })
  afterEach(async () => {
    await rm(cacheDir, { recursive: true, force: true })
  })

  test('writes generated weights with the sizes asked for', async () => {
    const path = await ensure('generated:7?layers=1&width=32')
    expect((await readFile(path)).equals(encodeTinyGguf({ seed: '7', layers: 1, width: 32 }))).toBe(true)
  })

  test('mends generated weights that were spoilt', async () => {
    const path = await ensure('generated:7?layers=1')
    await writeFile(path, 'spoilt')
    await ensure('generated:7?layers=1')
    expect((await readFile(path)).equals(encodeTinyGguf({ seed: '7', layers: 1 }))).toBe(true)
  })

  test('takes a file by path or URL and checks it', async () => {
    const path = join(cacheDir, 'my weights.gguf')
    await writeFile(path, 'weights')
    const sha256 = createHash('sha256').update('weights').digest('hex')
    expect(await ensure(path)).toBe(path)
    expect(await ensure(`file:${path}`, sha256)).toBe(path)
    expect(await ensure(pathToFileURL(path).href, sha256)).toBe(path)
  })

  test('notices that a checked file was changed', async () => {
    const path = join(cacheDir, 'a.gguf')
    await writeFile(path, 'weights')
    const sha256 = createHash('sha256').update('weights').digest('hex')
    await ensure(path, sha256)
    await writeFile(path, 'Weights')
    await expect(ensure(path, sha256)).rejects.toThrow(`SHA-256 is not ${sha256}`)
  })

  test.each([
    ['file:/no/such.gguf', 'there is no file /no/such.gguf'],
    ['https://example.com/a.gguf', 'needs its sha256'],
    ['demo:unknown', 'known are smollm2-135m-instruct'],
    ['generated:', 'the seed must be'],
    ['generated:../x', 'the seed must be'],
    ['generated:1?depth=3', 'depth is not one of layers, width, contextLength'],
    ['generated:1?layers=many', 'layers must be a whole number'],
    ['ftp://example.com/a.gguf', 'use file:, https:, demo: or generated:'],
  ])('says what is wrong with %s', async (uri, message) => {
    await expect(ensure(uri)).rejects.toThrow(message)
  })
})
