import { describe, expect, it } from 'vitest'
import { failedNodes, readyVersions, versionReadiness } from '../../../domain/nodes/version-readiness.ts'
import { hosted, nameOf, node, view } from './known-nodes.ts'
import { toNodeList } from '../../../domain/nodes/node-list.ts'

const V1 = nameOf('m v1')
const placed = ['m v1']

describe('a version', () => {
  it('is ready while one live node has it ready', () => {
    const ready = node('a', { placed, hosted: [hosted('m v1', 'ready')] })
    const gone = node('b', { placed, hosted: [hosted('m v1', 'ready')], seenBeforeMs: 15_000 })
    expect(versionReadiness(view(gone, ready), V1)).toEqual({ isReady: true })
    expect([...readyVersions(view(gone, ready))]).toEqual(['m@v1'])
    expect([...readyVersions(view(gone))]).toEqual([])
  })

  it('says where it stands on each of its nodes while it is not', () => {
    const nodes = view(
      node('a', { placed, seenBeforeMs: 20_000 }),
      node('b', { placed }),
      node('c', { placed, hosted: [hosted('m v1', 'failed', { reason: 'no file', failures: 3 })] }),
    )
    expect(versionReadiness(nodes, V1)).toEqual({
      isReady: false,
      reason: 'm v1 is ready on no GPU node: a is gone; b has not begun to load it; failed on c (no file)',
    })
    expect(versionReadiness(view(), V1)).toEqual({ isReady: false, reason: 'm v1 is placed on no GPU node' })
  })

  it.each([
    ['twice', { failures: 2, reason: 'too big' }, ['a: too big']],
    ['only once', { failures: 1, reason: 'killed' }, []],
  ])('that failed %s counts or not', (_title, trouble, reasons) => {
    const known = node('a', { placed, hosted: [hosted('m v1', 'failed', trouble)] })
    expect([...failedNodes(view(known), V1).values()]).toEqual(reasons)
  })

  it('has not failed when its node said so before it was placed', () => {
    const known = node('a', { hosted: [hosted('m v1', 'failed', { failures: 9 })] })
    const again = { ...known, placements: [{ ...V1, placedBy: 'r', placedAtMs: known.seenAtMs }] }
    expect(failedNodes(view(again), V1).size).toBe(0)
  })
})

describe('the list of nodes', () => {
  it('shows what each holds and is to hold, with the calls that wait', () => {
    const nodes = view(
      node('b', { placed: ['m v1', 'x v1'], hosted: [hosted('m v1', 'ready', { busySlots: 1 })] }),
      node('a', { placed, hosted: [hosted('m v1', 'ready')], seenBeforeMs: 16_000 }),
      node('c', { placed, isStopping: true }),
    )
    const { nodes: listed } = toNodeList(nodes, new Map([['m@v1', 4]]))
    expect(listed).toMatchObject([
      { nodeId: 'a', state: 'gone', seenBeforeMs: 16_000, versions: [{ phase: 'gone', slots: 0 }] },
      {
        nodeId: 'b',
        state: 'live',
        versions: [
          { phase: 'ready', busySlots: 1, waitingCalls: 4 },
          { model: 'x', phase: 'waiting' },
        ],
      },
      { nodeId: 'c', state: 'stopping', versions: [] },
    ])
  })
})
