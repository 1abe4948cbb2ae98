import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../providers/local/fake-server.ts'
import { type GpuRig, isIn, startGpuRig } from './support/gpu-rig.ts'
import type { NodeProcess } from './support/child-process.ts'
import { setTimeout as sleep } from 'node:timers/promises'

const CATALOG = (attachedUrl: string) => `
endpoints:
  own: { kind: local, concurrency: 1, callTimeoutMs: 60000 }
  beside: { kind: local, engine: attached, baseUrl: '${attachedUrl}', concurrency: 4 }
models:
  tiny:
    versions:
      - { version: v1, id: tiny-1, endpoint: own, weights: { uri: 'generated:1' }, ${SIZES}, contextWindow: 4096 }
      - { version: v2, id: tiny-2, endpoint: own, weights: { uri: 'generated:2' }, ${SIZES}, contextWindow: 4096 }
      - { version: huge, id: tiny-3, endpoint: own, weights: { uri: 'generated:3' }, ${SIZES}, contextWindow: 4000000 }
  attached:
    versions:
      - { version: v1, id: qwen3-8b, endpoint: beside, ${SIZES}, contextWindow: 4096 }
tasks:
  default: { model: tiny, temperature: 0.8, maxOutputTokens: 64 }
`
const SIZES =
  'maxOutputTokens: 3000, planning: numbered-lines, capabilities: [json, json-schema, streaming, seed, temperature], ' +
  'price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }'

/** What a node may take, in MiB: the two small versions fit, the one with the huge context does not. */
const LIMIT = { SWITCHYARD_NODE_MEMORY_MB: '1000' }

/** Its grammar asks for so much that it takes a while. */
const LONG = {
  prompt: 'Count.',
  model: 'tiny',
  maxOutputTokens: 3_000,
  responseFormat: { type: 'numbered-lines', count: 20, minLength: 60, maxLength: 80 },
} as const

describe('two GPU nodes', { timeout: 240_000 }, () => {
  let server: FakeServer
  let rig: GpuRig
  let nodes: Record<'a' | 'b', NodeProcess>
  let lastRequest = 0

  beforeAll(async () => {
    server = await startFakeServer(['qwen3-8b'])
    rig = await startGpuRig({ address: inject('temporalAddress'), catalog: CATALOG(server.baseUrl) })
    nodes = { a: rig.startGpuNode('a', LIMIT), b: rig.startGpuNode('b', LIMIT) }
    await Promise.all([rig.hasNode('a', isIn('ready', 'tiny')), rig.hasNode('b', isIn('ready', 'tiny'))])
  }, 180_000)
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    await server.stop()
  })

  /** Starts calls at once. */
  function callMany(count: number) {
    const ids = Array.from({ length: count }, () => `request-${(lastRequest += 1)}`)
    const answers = Promise.all(ids.map((requestId) => rig.switchyard.call(LONG, { requestId })))
    return { ids, answers }
  }

  async function processesOf(ids: readonly string[]): Promise<ReadonlySet<number>> {
    return new Set((await Promise.all(ids.map((id) => rig.processesOf(id)))).flat())
  }

  it('each hold what has traffic and nothing else, and say how they stand', async () => {
    const { nodes: listed } = await rig.switchyard.nodes()
    for (const node of listed) {
      expect(node).toMatchObject({ state: 'live', memoryBytes: 1_000 * 2 ** 20 })
      expect(node.versions).toMatchObject([
        { model: 'attached', version: 'v1' },
        { model: 'tiny', version: 'v1', phase: 'ready', slots: 1, memoryBytes: expect.any(Number) },
      ])
    }
  })

  it('share the requests for one version', async () => {
    const { ids, answers } = callMany(6)
    await answers
    expect(await processesOf(ids)).toEqual(new Set([nodes.a.pid, nodes.b.pid]))
    const node = await rig.hasNode('a', ({ versions }) =>
      versions.some(({ tokensPerSecond = 0 }) => tokensPerSecond > 0),
    )
    expect(node.state).toBe('live')
  })

  it('load another version when it is prepared, on as many as hold its model', async () => {
    expect(await rig.prepare({ model: 'tiny', version: 'v2' })).toEqual({ status: 'ready' })
    await Promise.all(['a', 'b'].map((id) => rig.hasNode(id, isIn('ready', 'tiny', 'v2'))))
    expect(await rig.prepare({ model: 'tiny', version: 'v2' })).toEqual({ status: 'ready' })
  })

  it('refuse a version that does not fit, with what it needs and what is free', async () => {
    const outcome = await rig.prepare({ model: 'tiny', version: 'huge' })
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /no GPU node has room for tiny huge: it needs about \d+\.\d MiB and [ab] has/,
      ),
    })
    const { nodes: listed } = await rig.switchyard.nodes()
    expect(listed.flatMap(({ versions }) => versions).some(({ version }) => version === 'huge')).toBe(false)
  })

  it('answer every request although one of them is killed, and the list shows it gone', async () => {
    const { ids, answers } = callMany(6)
    // Each node runs one at a time.
    await rig.areRunning(2, ids)
    await nodes.a.end('SIGKILL')
    expect(await answers).toHaveLength(6)
    expect(await processesOf(ids)).toContain(nodes.b.pid)
    const gone = await rig.hasNode('a', ({ state }) => state === 'gone')
    expect(gone.seenBeforeMs).toBeGreaterThanOrEqual(15_000)
    expect(gone.versions.every(({ phase }) => phase === 'gone')).toBe(true)
  })

  it('hold again what they held when they are back', async () => {
    nodes.a = rig.startGpuNode('a', LIMIT)
    await rig.hasNode('a', isIn('ready', 'tiny', 'v1'))
    await rig.hasNode('a', isIn('ready', 'tiny', 'v2'))
  })

  it('let a call end before they unload its version, and a request wait while no node has it', async () => {
    const running = rig.switchyard.call(LONG, { requestId: 'drained' })
    await rig.areRunning(1, ['drained'])
    await rig.release('tiny', 'v1')
    await expect(running).resolves.toMatchObject({ model: 'tiny' })
    expect(await rig.processesOf('drained')).toHaveLength(1)
    const isWithout = (node: { versions: readonly { version: string; model: string }[] }) =>
      !node.versions.some(({ model, version }) => model === 'tiny' && version === 'v1')
    await Promise.all(['a', 'b'].map((id) => rig.hasNode(id, isWithout)))
    const waiting = rig.switchyard.call({ prompt: 'Hello', model: 'tiny' }, { requestId: 'waits' })
    await sleep(2_000)
    expect(await rig.processesOf('waits')).toEqual([])
    expect(await rig.prepare({ model: 'tiny', version: 'v1', nodes: 1 })).toEqual({ status: 'ready' })
    await expect(waiting).resolves.toMatchObject({ model: 'tiny' })
  })

  it('serve a server beside them while it answers, and only then', async () => {
    await rig.hasNode('a', isIn('ready', 'attached'))
    const answer = await rig.switchyard.call({ prompt: 'Hello', model: 'attached' })
    expect(answer).toMatchObject({ text: 'from the attached server', model: 'attached' })
    server.behaviour.models = []
    const failed = await rig.hasNode('a', isIn('failed', 'attached'))
    expect(failed.versions.find(({ model }) => model === 'attached')?.reason).toContain(
      'has no model qwen3-8b',
    )
    server.behaviour.models = ['qwen3-8b']
    await rig.hasNode('a', isIn('ready', 'attached'))
  })

  it('say that they stop, and end with 0', async () => {
    expect(await nodes.a.end('SIGTERM')).toEqual({ code: 0, signal: null })
    const { nodes: listed } = await rig.switchyard.nodes()
    expect(listed.find(({ nodeId }) => nodeId === 'a')).toMatchObject({ state: 'stopping', versions: [] })
  })
})
