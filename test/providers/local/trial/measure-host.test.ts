import { createMemoryAccount, withShadowHost } from '../../../../providers/local/trial/shadow-host.ts'
import { describe, expect, it } from 'vitest'
import { isAlive } from '../../../fixtures/process-tree.ts'
import type { LoadShape } from '../../../../domain/optimisation/request.ts'
import { measureHost } from '../../../../providers/local/trial/measure-host.ts'
import { startModelHost } from '../../../../providers/local/host-client.ts'
import { useTinyHosts } from '../tiny-hosts.ts'

const tiny = useTinyHosts()
const LOAD: LoadShape = { requests: 4, parallel: 2, promptWords: 10, outputTokens: 8, timeLimitMs: 60_000 }
const options = { load: LOAD, parallel: 2, seed: 1, signal: new AbortController().signal }

describe('a measured host', () => {
  it('tells its throughput, its first tokens and its time per token', async () => {
    const host = await tiny.start({ modelPath: await tiny.model('measured', { seed: 1 }) })
    const figures = await measureHost(host, options)
    expect(figures.tokensPerSecond).toBeGreaterThan(0)
    expect(figures.firstTokenMs).toHaveLength(4)
    expect(figures.unfinished).toBe(0)
    expect(figures.coldFirstTokenMs).toBeGreaterThan(0)
    expect(host.status().totals.completed).toBe(6)
  })

  it('counts what did not end in time as far as it came, the first request too', async () => {
    const host = await tiny.start({
      modelPath: await tiny.model('slow', { seed: 2, layers: 8, width: 256 }),
      contextSize: 2048,
    })
    const load = { ...LOAD, promptWords: 150, outputTokens: 400, requests: 50, timeLimitMs: 3_000 }
    const figures = await measureHost(host, { ...options, load })
    expect(figures.unfinished).toBeGreaterThan(0)
    expect(figures.tokensPerSecond).toBeGreaterThan(0)
  })

  it('is left at once when its trial is cancelled', async () => {
    const host = await tiny.start({ modelPath: await tiny.model('left', { seed: 3 }) })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(measureHost(host, { ...options, signal })).rejects.toThrow()
  })
})

describe('a scored text', () => {
  it('is as likely in every run, whatever the batch', async () => {
    const modelPath = await tiny.model('scored', { seed: 4 })
    const [left, right] = await Promise.all([
      tiny.start({ modelPath }),
      tiny.start({ modelPath, batchTokens: 16 }),
    ])
    const text = 'Plain words, and 12 figures. '.repeat(4)
    const score = await left.score(text)
    expect(score.tokens).toBe(text.length - 1)
    // A model that knows nothing is surprised by some nats a byte.
    expect(-score.logLikelihood / score.tokens).toBeGreaterThan(1)
    expect(-score.logLikelihood / score.tokens).toBeLessThan(8)
    expect((await right.score(text)).logLikelihood).toBeCloseTo(score.logLikelihood, 0)
    await expect(left.score('x'.repeat(5_000))).rejects.toThrow(/tokens, and a slot holds/)
    await expect(left.score('x')).rejects.toThrow(/fewer than two tokens/)
  })
})

describe('a shadow host', () => {
  const parts = (availableBytes: number) => {
    const account = createMemoryAccount()
    return { account, startHost: startModelHost, availableBytes: async () => availableBytes }
  }
  const shape = { version: 'on trial', slots: 1, contextSize: 256, gpu: false } as const

  it('is written down while it lives, serves nobody, and is gone when its work has ended', async () => {
    const modelPath = await tiny.model('shadow', { seed: 5 })
    const room = parts(2 ** 30)
    const processId = await withShadowHost(room, { ...shape, modelPath }, async (host) => {
      expect(room.account.reservedBytes()).toBeGreaterThan(400_000)
      return host.status().processId ?? 0
    })
    expect(isAlive(processId)).toBe(false)
    expect(room.account.reservedBytes()).toBe(0)
  })

  it('is gone as well when its work fails', async () => {
    const modelPath = await tiny.model('failing', { seed: 6 })
    const room = parts(2 ** 30)
    let processId = 0
    await expect(
      withShadowHost(room, { ...shape, modelPath }, async (host) => {
        processId = host.status().processId ?? 0
        throw new Error('the work failed')
      }),
    ).rejects.toThrow('the work failed')
    expect(isAlive(processId)).toBe(false)
    expect(room.account.reservedBytes()).toBe(0)
  })

  it('is refused when its memory does not fit, before a process is started', async () => {
    const modelPath = await tiny.model('refused', { seed: 7 })
    const start = withShadowHost(
      parts(2 ** 20),
      { ...shape, modelPath, contextSize: 100_000_000 },
      async () => 0,
    )
    await expect(start).rejects.toThrow(/it needs about [\d.]+ MiB and 1\.0 MiB are free/)
  })
})
