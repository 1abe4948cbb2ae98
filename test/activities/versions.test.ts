import { describe, expect, it } from 'vitest'
import { hosted, node, NOW_MS, nameOf } from '../domain/nodes/known-nodes.ts'
import { isPlacedOn, type KnownNode, type NodesView } from '../../domain/nodes/known-node.ts'
import { MockActivityEnvironment } from '@temporalio/testing'
import { createNodeActivities } from '../../activities/nodes.ts'
import { createVersionActivities } from '../../activities/versions.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import { placeVersion } from '../../domain/nodes/place-version.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const base = testCatalog([
  { name: 'm', endpoint: { kind: 'local' }, version: { version: 'v2' } },
  { name: 'cloud' },
])
const V2 = nameOf('m v2')

/** A store in memory; `onPlaced` lets nodes do something about what is placed on them. */
function memoryStore(known: readonly KnownNode[], onLook: (node: KnownNode) => KnownNode = (same) => same) {
  let nodes = known
  const read = (): NodesView => {
    nodes = nodes.map(onLook)
    return { nowMs: NOW_MS, nodes }
  }
  const store: NodeStore = {
    announce: async () => ({ status: 'displaced' }),
    withdraw: async () => [],
    giveBack: async () => undefined,
    read: async () => read(),
    place: async (need, placedBy) => {
      const choice = placeVersion({ nowMs: NOW_MS, nodes }, need)
      const ids = choice.status === 'placed' ? choice.nodeIds : []
      nodes = nodes.map((each) =>
        ids.includes(each.announcement.nodeId)
          ? { ...each, placements: [...each.placements, { ...need, placedBy, placedAtMs: 0 }] }
          : each,
      )
      return choice
    },
    release: async (name, placedBy) => {
      let count = 0
      nodes = nodes.map((each) => ({
        ...each,
        placements: each.placements.filter((placement) => {
          const isMeant = placement.model === name.model && placement.version === name.version
          const goes = isMeant && (placedBy === undefined || placement.placedBy === placedBy)
          count += goes ? 1 : 0
          return !goes
        }),
      }))
      return count
    },
  }
  return { store, placedOn: () => nodes.filter((each) => isPlacedOn(each, V2)).map(idOf) }
}

function idOf({ announcement: { nodeId } }: KnownNode): string {
  return nodeId
}

/** A node that takes up what is placed on it, in one look. */
function becomes(phase: 'ready' | 'failed', ids: readonly string[]) {
  return (each: KnownNode): KnownNode =>
    isPlacedOn(each, V2) && ids.includes(idOf(each))
      ? {
          ...each,
          announcement: {
            ...each.announcement,
            versions: [hosted('m v2', phase, phase === 'failed' ? { failures: 2, reason: 'no file' } : {})],
          },
        }
      : each
}

function run(store: NodeStore, input: object = {}, patienceMs = 0) {
  const { prepareVersion } = createVersionActivities({
    catalog: base,
    skipped: [{ endpoint: 'vendor', reason: 'needs a key: set VENDOR_KEY' }],
    nodes: store,
    openAttempts: { hasOpen: async () => false },
    pollMs: 1,
    patienceMs,
  })
  return new MockActivityEnvironment().run(prepareVersion, { ...V2, by: 'rollout/m', ...input })
}

describe('preparing a version', () => {
  it('places it and waits until a node has it ready', async () => {
    let looks = 0
    const { store, placedOn } = memoryStore([node('a'), node('b')], (each) => {
      looks += 1
      return looks > 20 ? becomes('ready', ['a'])(each) : each
    })
    expect(await run(store)).toEqual({ status: 'ready' })
    expect(placedOn()).toEqual(['a'])
    expect(looks).toBeGreaterThan(20)
  })

  it('is done at once for one at a vendor that can be called', async () => {
    const { store } = memoryStore([])
    expect(await run(store, { model: 'cloud', version: '2026-01-01' })).toEqual({ status: 'ready' })
  })

  it('fails for what cannot be called from here, with what is missing', async () => {
    const { store } = memoryStore([node('a')])
    expect(await run(store, { version: 'v9' })).toEqual({
      status: 'failed',
      reason:
        'm v9 is not in the catalog of what can be called from here (vendor needs a key: set VENDOR_KEY)',
    })
  })

  it('fails when no node has room, and leaves nothing behind', async () => {
    const { store, placedOn } = memoryStore([node('a', { freeMiB: 10, needs: { 'm v2': 500 } })])
    const outcome = await run(store, {}, 60_000)
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('needs about 500.0 MiB'),
    })
    expect(placedOn()).toEqual([])
  })

  it('goes to another node when one fails to load it', async () => {
    const { store, placedOn } = memoryStore([node('a'), node('b')], (each) =>
      becomes('ready', ['b'])(becomes('failed', ['a'])(each)),
    )
    expect(await run(store)).toEqual({ status: 'ready' })
    expect(placedOn()).toEqual(['a', 'b'])
  })

  it('fails when every node does, with the reason of each, and takes back what it placed', async () => {
    const { store, placedOn } = memoryStore([node('a'), node('b')], becomes('failed', ['a', 'b']))
    expect(await run(store, { nodes: 2 })).toEqual({
      status: 'failed',
      reason: 'every GPU node that is there failed to load m v2; a: no file; b: no file',
    })
    expect(placedOn()).toEqual([])
  })

  it('waits a while for a node to come', async () => {
    let looks = 0
    const gone = node('a', { seenBeforeMs: 60_000 })
    const back = (each: KnownNode): KnownNode => {
      looks += 1
      return looks < 10 ? each : becomes('ready', ['a'])({ ...each, seenAtMs: NOW_MS })
    }
    expect(await run(memoryStore([gone], back).store, {}, 60_000)).toEqual({ status: 'ready' })
    expect(await run(memoryStore([gone]).store)).toEqual({ status: 'failed', reason: 'no GPU node is there' })
  })
})

describe('the health of a version', () => {
  it('is that of its nodes', async () => {
    const { store } = memoryStore([node('a', { placed: ['m v2'] })])
    const { versionHealth } = createVersionActivities({
      catalog: base,
      skipped: [],
      nodes: store,
      openAttempts: { hasOpen: async () => false },
    })
    expect(await versionHealth({ model: 'cloud', version: '2026-01-01' })).toEqual({ isReady: true })
    expect(await versionHealth(V2)).toMatchObject({
      isReady: false,
      reason: expect.stringContaining('not begun'),
    })
  })
})

describe('releasing a version', () => {
  const release = (store: NodeStore, hasOpen: () => boolean, input: object = {}) => {
    const { releaseVersion } = createVersionActivities({
      catalog: base,
      skipped: [],
      nodes: store,
      openAttempts: { hasOpen: async () => hasOpen() },
      pollMs: 1,
      settleMs: 0,
      drainMs: 50,
    })
    return new MockActivityEnvironment().run(releaseVersion, { ...V2, ...input })
  }

  it('takes it from every node, once its calls have ended', async () => {
    const { store, placedOn } = memoryStore([node('a', { placed: ['m v2'] })])
    const seen: (readonly string[])[] = []
    const answer = await release(store, () => {
      seen.push(placedOn())
      return seen.length < 5
    })
    expect(answer).toEqual({ nodes: 1 })
    expect(seen).toEqual(Array.from({ length: 5 }, () => ['a']))
    expect(placedOn()).toEqual([])
  })

  it('does not wait for ever for calls that keep coming', async () => {
    const { store, placedOn } = memoryStore([node('a', { placed: ['m v2'] })])
    await release(store, () => true)
    expect(placedOn()).toEqual([])
  })

  it('leaves what somebody else has placed', async () => {
    const { store, placedOn } = memoryStore([node('a', { placed: ['m v2'] })])
    expect(await release(store, () => false, { by: 'rollout/other' })).toEqual({ nodes: 0 })
    expect(placedOn()).toEqual(['a'])
  })
})

describe('the list of nodes', () => {
  it('has the calls that wait in the queue of each version, where that can be told', async () => {
    const { store } = memoryStore([node('a', { placed: ['m v2', 'x v1'] })])
    const { listNodes } = createNodeActivities({
      catalog: base,
      nodes: store,
      waitingCalls: async (taskQueue) => (taskQueue === 'model.m.v2' ? 3 : undefined),
    })
    const { nodes } = await listNodes()
    expect(nodes[0]?.versions.map(({ model, waitingCalls }) => [model, waitingCalls])).toEqual([
      ['m', 3],
      ['x', undefined],
    ])
  })
})
