import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLlama, LlamaChatSession } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeTinyGguf, writeTinyGguf } from '../../tools/tiny-gguf.ts'

describe('encodeTinyGguf', () => {
  test('gives the same bytes for the same seed', () => {
    expect(encodeTinyGguf({ seed: 'one' }).equals(encodeTinyGguf({ seed: 'one' }))).toBe(true)
  })

  test('gives other bytes for another seed', () => {
    expect(encodeTinyGguf({ seed: 1 }).equals(encodeTinyGguf({ seed: 2 }))).toBe(false)
  })

  test('grows with layers and width', () => {
    const plain = encodeTinyGguf({ seed: 1 })
    expect(plain.length).toBeLessThan(600_000)
    expect(encodeTinyGguf({ seed: 1, layers: 4 }).length).toBeGreaterThan(plain.length)
    expect(encodeTinyGguf({ seed: 1, width: 128 }).length).toBeGreaterThan(plain.length)
  })

  test.each([{ layers: 0 }, { layers: 1.5 }, { width: 8 }, { width: 65 }])('refuses %j', (size) => {
    expect(() => encodeTinyGguf({ seed: 1, ...size })).toThrow(RangeError)
  })
})

describe('a written tiny GGUF', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-gguf-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  test('loads, chats and follows a grammar', async () => {
    const modelPath = join(folder, 'tiny.gguf')
    await writeTinyGguf(modelPath, { seed: 'chat' })
    expect((await stat(modelPath)).size).toBe(encodeTinyGguf({ seed: 'chat' }).length)
    const options = {
      gpu: false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: 1,
    } as const
    const llama = await getLlama(options)
    const model = await llama.loadModel({ modelPath })
    try {
      const context = await model.createContext({ contextSize: 512, threads: 1 })
      const session = new LlamaChatSession({ contextSequence: context.getSequence() })
      expect(session.chatWrapper.wrapperName).toBe('ChatML')
      const sampling = { maxTokens: 24, temperature: 0.7, seed: 1 }
      const answer = await session.promptWithMeta('Hello', sampling)
      expect(answer.responseText.length).toBeGreaterThan(0)
      const grammar = await llama.createGrammarForJsonSchema({ enum: ['yes', 'no'] })
      const chosen = await session.prompt('Yes or no?', { ...sampling, grammar })
      expect(['yes', 'no']).toContain(grammar.parse(chosen))
    } finally {
      await model.dispose()
      await llama.dispose()
    }
  })
})
