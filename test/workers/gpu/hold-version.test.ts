import { describe, expect, it } from 'vitest'
import type { Engine, LoadPhase } from '../../../workers/gpu/engine.ts'
import type { HostPhase } from '../../../domain/nodes/node.ts'
import type { ModelProvider, ProviderResult } from '../../../providers/model-provider.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { holdVersion } from '../../../workers/gpu/hold-version.ts'
import { simpleUsage } from '../../../domain/usage.ts'
import { unknownVersion } from '../../../workers/gpu/unknown-version.ts'

const REQUEST = {
  attemptId: 'a@r#1',
  providerModel: 'tiny',
  messages: [],
  maxOutputTokens: 1,
} as const

function answerOf(outputTokens: number, latencyMs: number): ProviderResult {
  return {
    content: 'yes',
    toolCalls: [],
    finishReason: 'stop',
    usage: simpleUsage(1, outputTokens),
    rawUsage: {},
    providerModel: 'tiny',
    timings: { latencyMs, timeToFirstTokenMs: 1 },
  }
}

/** A version whose engine does what the test says. */
function scene({ fails = 0 }: { readonly fails?: number } = {}) {
  const phases: HostPhase[] = []
  const log: string[] = []
  const load = Promise.withResolvers<void>()
  const exit = Promise.withResolvers<{ reason: string }>()
  const running: PromiseWithResolvers<ProviderResult>[] = []
  let served: ModelProvider | undefined
  let starts = 0
  const provider: ModelProvider = {
    name: 'own',
    generate: (_request, { signal }) => {
      const call = Promise.withResolvers<ProviderResult>()
      signal.addEventListener('abort', () => call.reject(new ProviderError('cancelled', 'stopped')))
      running.push(call)
      return call.promise
    },
  }
  const engine: Engine = {
    provider,
    exited: exit.promise,
    unload: async () => void log.push('unloaded'),
    queuedCalls: () => 0,
    memoryBytes: () => 77,
    kill: () => void log.push('killed'),
  }
  const version = holdVersion({
    version: {
      model: 'm',
      version: 'v1',
      endpoint: 'own',
      slots: 2,
      callTimeoutMs: 1_000,
      memoryNeed: async () => 77,
      start: async (onPhase: (phase: LoadPhase) => void) => {
        starts += 1
        onPhase('loading')
        if (starts <= fails) throw new Error('no such file')
        await load.promise
        onPhase('warming')
        onPhase('probing')
        return engine
      },
    },
    startPolling: async (_version, wrapped) => {
      served = wrapped
      log.push('polling')
      const end = Promise.withResolvers<void>()
      return {
        taskQueue: 'model.m.v1',
        readiness: () => [],
        ended: end.promise,
        stop: async () => {
          log.push('stopped polling')
          await Promise.allSettled(running.map(({ promise }) => promise))
          end.resolve()
        },
      }
    },
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    onChange: (phase) => void phases.push(phase),
    onEvent: () => {},
  })
  const call = () => {
    if (served === undefined) throw new Error('nothing is served yet')
    return served.generate(REQUEST, { signal: new AbortController().signal, timeoutMs: 60_000 })
  }
  return { version, phases, log, load, exit, running, call }
}

describe('a version in hold', () => {
  it('loads, warms up, is probed, and only then takes calls', async () => {
    const { version, phases, log, load } = scene()
    expect(version.describe()).toEqual({
      model: 'm',
      version: 'v1',
      phase: 'loading',
      slots: 2,
      busySlots: 0,
      queuedCalls: 0,
    })
    expect(log).toEqual([])
    load.resolve()
    await version.firstServing
    expect(phases).toEqual(['loading', 'warming', 'probing', 'ready'])
    expect(version.describe()).toMatchObject({ phase: 'ready', memoryBytes: 77 })
    await version.stop()
  })

  it('counts the calls under way and how fast they were', async () => {
    const { version, load, call, running } = scene()
    load.resolve()
    await version.firstServing
    const calls = [call(), call()]
    expect(version.describe()).toMatchObject({ busySlots: 2 })
    running[0]?.resolve(answerOf(10, 500))
    running[1]?.resolve(answerOf(20, 500))
    await Promise.all(calls)
    expect(version.describe()).toMatchObject({ busySlots: 0, tokensPerSecond: 30 })
    await version.stop()
  })

  it('stops polling first, lets its calls end, and then unloads', async () => {
    const { version, phases, log, load, call, running } = scene()
    load.resolve()
    await version.firstServing
    const answer = call()
    const stopped = version.stop()
    expect(version.describe()).toMatchObject({ phase: 'draining', busySlots: 1 })
    await expect.poll(() => log).toEqual(['polling', 'stopped polling'])
    running[0]?.resolve(answerOf(1, 1))
    await stopped
    expect(await answer).toMatchObject({ content: 'yes' })
    expect(log).toEqual(['polling', 'stopped polling', 'unloaded'])
    expect(phases.at(-1)).toBe('draining')
  })

  it('cuts calls off when there is no more time', async () => {
    const { version, log, load, call } = scene()
    load.resolve()
    await version.firstServing
    const answer = call()
    const drained = version.stop()
    await version.stop(1)
    await drained
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' })
    expect(log).toEqual(['polling', 'stopped polling', 'unloaded'])
  })

  it('has failed, with the reason and how often, until a start succeeds', async () => {
    const { version, phases, load } = scene({ fails: 3 })
    await expect(version.firstServing).rejects.toThrow('no such file')
    await expect
      .poll(() => version.describe())
      .toMatchObject({ phase: 'loading', reason: 'no such file', failures: 3 })
    load.resolve()
    await expect
      .poll(() => version.describe())
      .toEqual(expect.not.objectContaining({ reason: expect.anything(), failures: expect.anything() }))
    expect(phases.slice(0, 4)).toEqual(['loading', 'failed', 'loading', 'failed'])
    await version.stop()
  })

  it('has failed as soon as its engine is gone, and lets go of calls that hang', async () => {
    const { version, load, exit, call } = scene()
    load.resolve()
    await version.firstServing
    const answer = call()
    exit.resolve({ reason: 'ended by SIGKILL' })
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' })
    expect(version.describe()).toMatchObject({ phase: 'failed', reason: 'ended by SIGKILL' })
    await version.stop()
  })
})

describe('a version that the catalog of a node does not have', () => {
  it('says so and is never ready', async () => {
    const version = unknownVersion({ model: 'm', version: 'v9' })
    expect(version.describe()).toMatchObject({
      phase: 'failed',
      reason: 'the catalog of this node has no local version m v9',
    })
    await expect(version.firstServing).rejects.toThrow('m v9')
    expect(version.readiness().isReady).toBe(false)
    await version.stop()
  })
})
