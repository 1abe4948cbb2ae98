import { describe, expect, it } from 'vitest'
import { chooseTrialNode } from '../../../domain/optimisation/choose-trial-node.ts'
import { findIdleVersions } from '../../../domain/optimisation/idle-versions.ts'
import { hosted, MIB, nameOf, node, NOW_MS, view } from '../nodes/known-nodes.ts'
import { versionKey } from '../../../domain/routing/route-facts.ts'

const both = view(
  node('a', {
    placed: ['m v1', 'm v2'],
    hosted: [
      hosted('m v1', 'ready', { memoryBytes: 10 * MIB }),
      hosted('m v2', 'ready', { memoryBytes: 20 * MIB }),
    ],
  }),
  node('b', { placed: ['m v2'], hosted: [hosted('m v2', 'ready', { memoryBytes: 20 * MIB })] }),
)
const HOUR_MS = 3_600_000
const active = [nameOf('m v1')]
const soon = { active, lastCallAtMs: new Map<string, number>(), idleForMs: 1_000 }

describe('an idle version', () => {
  it('is one without traffic that nobody called for long, on all nodes that hold it', () => {
    expect(findIdleVersions({ view: both, ...soon })).toEqual([
      { model: 'm', version: 'v2', nodeIds: ['a', 'b'], memoryBytes: 40 * MIB },
    ])
  })

  it('is not one that has traffic', () => {
    expect(findIdleVersions({ view: both, ...soon, active: [nameOf('m v1'), nameOf('m v2')] })).toEqual([])
  })

  it('is not one that was called, or placed, lately', () => {
    const lastCallAtMs = new Map([[versionKey(nameOf('m v2')), NOW_MS - 500]])
    expect(findIdleVersions({ view: both, ...soon, lastCallAtMs })).toEqual([])
    expect(findIdleVersions({ view: both, ...soon, idleForMs: HOUR_MS })).toEqual([])
  })

  it('is not one that has a call under way', () => {
    const busy = view(node('a', { placed: ['m v2'], hosted: [hosted('m v2', 'ready', { busySlots: 1 })] }))
    expect(findIdleVersions({ view: busy, ...soon })).toEqual([])
  })
})

describe('the node of a trial', () => {
  it('has the weights and the fewest calls under way', () => {
    const nodes = view(
      node('a', { needs: { 'm v1': 10 }, hosted: [hosted('other v1', 'ready', { busySlots: 2 })] }),
      node('b', { needs: { 'm v1': 10 }, freeMiB: 100 }),
      node('c', { freeMiB: 5_000 }),
      node('d', { needs: { 'm v1': 10 }, seenBeforeMs: 60_000 }),
    )
    expect(chooseTrialNode(nodes, nameOf('m v1'))).toBe('b')
    expect(chooseTrialNode(view(node('c')), nameOf('m v1'))).toBeUndefined()
  })
})
