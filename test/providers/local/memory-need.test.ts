import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGguf, type GgufValue } from '../../../tools/weights/encode-gguf.ts'
import { estimateMemoryNeed } from '../../../providers/local/memory-need.ts'
import { readGgufHeader } from '../../../providers/local/gguf-header.ts'
import { writeTinyGguf } from '../../../tools/tiny-gguf.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memory-need-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, metadata: Readonly<Record<string, GgufValue>>): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGguf(new Map(Object.entries(metadata)), []))
  return path
}

describe('what a GGUF file takes once it is loaded', () => {
  it('is its size with keys and values of all contexts', async () => {
    const path = join(folder, 'tiny.gguf')
    await writeTinyGguf(path, { seed: 1, layers: 3, width: 64 })
    const { size } = await stat(path)
    // Layers × (keys + values of 64 numbers) × 2 bytes × tokens × slots.
    const contexts = 3 * (64 + 64) * 2 * 512 * 4
    expect(await estimateMemoryNeed(path, { slots: 4, contextSize: 512 })).toBe(size + contexts)
  })

  it('counts shared heads and their own sizes where the file states them', async () => {
    const path = await write('shared.gguf', {
      'general.architecture': { string: 'qwen3' },
      // A long list stands in the way, as in files of merged models.
      'general.tags': { strings: Array.from({ length: 20_000 }, (_, index) => `tag ${index}`) },
      'qwen3.block_count': { uint32: 2 },
      'qwen3.embedding_length': { uint32: 1_024 },
      'qwen3.attention.head_count': { uint32: 16 },
      'qwen3.attention.head_count_kv': { int32s: [8, 8] },
      'qwen3.attention.key_length': { uint32: 128 },
      'qwen3.attention.value_length': { uint32: 96 },
      'tokenizer.ggml.tokens': { strings: ['a'] },
    })
    const { size } = await stat(path)
    const contexts = 2 * 8 * (128 + 96) * 2 * 100
    expect(await estimateMemoryNeed(path, { slots: 1, contextSize: 100 })).toBe(size + contexts)
  })

  it('reads texts, numbers and lists, and no vocabulary', async () => {
    const path = await write('kinds.gguf', {
      'a.text': { string: 'grün' },
      'a.float': { float32: 0.5 },
      'a.bool': { bool: true },
      'a.list': { int32s: [7, 8] },
      'a.empty': { strings: [] },
      'tokenizer.ggml.model': { string: 'gpt2' },
    })
    expect([...(await readGgufHeader(path))]).toEqual([
      ['a.text', 'grün'],
      ['a.float', 0.5],
      ['a.bool', 1],
      ['a.list', 7],
    ])
  })

  it.each([
    ['is cut off', async (path: string) => truncate(path, 60)],
    ['is something else', async (path: string) => writeFile(path, 'weights, perhaps')],
    ['is not there', async (path: string) => rm(path)],
  ])('cannot be told when the file %s', async (_title, spoil) => {
    const path = await write('spoilt.gguf', { 'general.name': { string: 'x'.repeat(100) } })
    await spoil(path)
    await expect(estimateMemoryNeed(path, { slots: 1, contextSize: 1 })).rejects.toThrow()
  })
})
