import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ContentRemoval, createFolderContentRemoval } from '../../payloads/content-removal.ts'
import { type ContentStore, createFolderContentStore, sha256Hex } from '../../payloads/content-store.ts'
import { CONTENT_PARTS } from '../../domain/content-ref.ts'

const HOUR_MS = 3_600_000
const LONG_AGO = new Date(Date.now() - 2 * HOUR_MS)
const BOUND_MS = Date.now() - HOUR_MS

const TEXT = 'a text that is too long to travel inline. '.repeat(50)
const SHA = sha256Hex(TEXT)
const REF = { sha256: SHA, bytes: Buffer.byteLength(TEXT) }

let folder: string
let store: ContentStore
let removal: ContentRemoval
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-removal-'))
  store = createFolderContentStore(folder)
  removal = createFolderContentRemoval(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const pathOf = (sha256: string, place = folder) => join(place, sha256.slice(0, 2), sha256)

/** Puts the text as if that had been two hours ago. */
async function putLongAgo(text = TEXT): Promise<string> {
  await store.put(text)
  await utimes(pathOf(sha256Hex(text)), LONG_AGO, LONG_AGO)
  return sha256Hex(text)
}

const nobody = () => Promise.resolve(new Set<string>())
const bound = { putBeforeMs: BOUND_MS, owned: nobody }

async function filesLeft(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('texts of a content store', () => {
  test('go when nobody owns them and they were put long enough ago', async () => {
    await putLongAgo()
    expect(await removal.removeTexts([SHA], bound)).toBe(1)
    await expect(store.get(REF)).rejects.toThrow('its retention has ended')
    expect(await filesLeft()).toEqual([])
  })

  test('stay while they are young: their operation may be about to be admitted', async () => {
    await store.put(TEXT)
    expect(await removal.removeTexts([SHA], bound)).toBe(0)
    expect(await store.get(REF)).toBe(TEXT)
  })

  test('stay when an operation owns them', async () => {
    await putLongAgo()
    const owned = () => Promise.resolve(new Set([SHA]))
    expect(await removal.removeTexts([SHA], { ...bound, owned })).toBe(0)
    expect(await store.get(REF)).toBe(TEXT)
  })

  test('can be read until the moment they go', async () => {
    await putLongAgo()
    let readMeanwhile = ''
    const owned = async () => {
      readMeanwhile = await store.get(REF)
      return new Set([SHA])
    }
    await removal.removeTexts([SHA], { ...bound, owned })
    expect(readMeanwhile).toBe(TEXT)
  })

  test('are not lost when they are put again while they are being removed', async () => {
    await putLongAgo()
    const owned = async () => {
      await store.put(TEXT)
      return new Set<string>()
    }
    await removal.removeTexts([SHA], { ...bound, owned })
    expect(await store.get(REF)).toBe(TEXT)
    expect(await filesLeft()).toEqual([SHA])
  })

  test('become young again when they are put again', async () => {
    await putLongAgo()
    await store.put(TEXT)
    expect(await removal.removeTexts([SHA], bound)).toBe(0)
  })

  test('that are gone already are no error', async () => {
    expect(await removal.removeTexts([SHA], bound)).toBe(0)
  })

  test('that two remove at once go once', async () => {
    await putLongAgo()
    const [one, two] = await Promise.all([
      removal.removeTexts([SHA], bound),
      createFolderContentRemoval(folder).removeTexts([SHA], bound),
    ])
    expect(one + two).toBe(1)
    expect(await filesLeft()).toEqual([])
  })

  test('survive every interleaving of putting, reading and removing', async () => {
    const stop = new AbortController()
    const remover = (async () => {
      while (!stop.signal.aborted) {
        // oxlint-disable-next-line no-await-in-loop -- one removal after the other
        await removal.removeTexts([SHA], bound)
      }
    })()
    for (let round = 0; round < 200; round++) {
      /* oxlint-disable no-await-in-loop -- each round is about one object */
      await putLongAgo().catch(() => undefined)
      await store.put(TEXT)
      const [first, second] = await Promise.all([store.get(REF), store.get(REF)])
      /* oxlint-enable no-await-in-loop */
      expect([first, second]).toEqual([TEXT, TEXT])
    }
    stop.abort()
    await remover
  })
})

describe('a walk through a content store', () => {
  const walk = async () => {
    const removed = await Promise.all(
      Array.from({ length: CONTENT_PARTS }, (_, part) => removal.removePart(part, bound)),
    )
    return removed.reduce((sum, count) => sum + count, 0)
  }

  test('finds what nobody owns in every part, and leaves the rest', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `${TEXT} ${index}`)
    await Promise.all(texts.map((text) => putLongAgo(text)))
    await store.put(TEXT)
    expect(await walk()).toBe(texts.length)
    expect(await filesLeft()).toEqual([SHA])
  })

  test('tidies up after processes that were killed while they wrote or removed', async () => {
    await putLongAgo()
    await rename(pathOf(SHA), `${pathOf(SHA)}.removing`)
    const partial = `${pathOf(SHA)}.1234.partial`
    await writeFile(partial, 'half')
    await utimes(partial, LONG_AGO, LONG_AGO)
    expect(await store.get(REF)).toBe(TEXT)
    await walk()
    expect(await filesLeft()).toEqual([SHA])
  })

  test('of a folder that nobody has written to finds nothing', async () => {
    await rm(folder, { recursive: true })
    expect(await walk()).toBe(0)
    await mkdir(folder)
  })
})

describe('payloads that left their histories', () => {
  const BYTES = new TextEncoder().encode('a payload')

  test('go by their own age, apart from texts', async () => {
    const sha256 = await store.putBytes(BYTES)
    const path = pathOf(sha256, join(folder, 'payloads'))
    await utimes(path, LONG_AGO, LONG_AGO)
    const part = Number.parseInt(sha256.slice(0, 2), 16)
    expect(await removal.removePart(part, bound)).toBe(0)
    expect(await removal.removePayloads(part, { putBeforeMs: LONG_AGO.getTime() })).toBe(0)
    expect(await store.getBytes(sha256)).toEqual(Buffer.from(BYTES))
    expect(await removal.removePayloads(part, bound)).toBe(1)
    await expect(store.getBytes(sha256)).rejects.toThrow(sha256)
  })

  test('are found where older versions put them', async () => {
    const sha256 = sha256Hex(BYTES)
    await mkdir(dirname(pathOf(sha256)), { recursive: true })
    await writeFile(pathOf(sha256), BYTES)
    expect(await store.getBytes(sha256)).toEqual(Buffer.from(BYTES))
  })
})
