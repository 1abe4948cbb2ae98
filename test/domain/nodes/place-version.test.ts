import { describe, expect, it } from 'vitest'
import { hosted, nameOf, node, type NodeChanges, view } from './known-nodes.ts'
import { placeVersion } from '../../../domain/nodes/place-version.ts'

const V2 = nameOf('m v2')

function chosen(
  nodes: Readonly<Record<string, NodeChanges>>,
  need: { readonly nodes?: number; readonly without?: ReadonlySet<string> } = {},
) {
  const known = Object.entries(nodes).map(([nodeId, changes]) => node(nodeId, changes))
  return placeVersion(view(...known), { ...V2, ...need })
}

describe('where a version is placed', () => {
  it('is where the fewest versions are, then where the most memory is', () => {
    const nodes = { a: { placed: ['x v1'] }, b: { freeMiB: 500 }, c: { freeMiB: 600 } }
    expect(chosen(nodes)).toEqual({ status: 'placed', nodeIds: ['c'] })
    expect(chosen(nodes, { nodes: 3 })).toEqual({ status: 'placed', nodeIds: ['c', 'b', 'a'] })
  })

  it('is on as many nodes as hold another version of its model', () => {
    const nodes = { a: { placed: ['m v1'] }, b: { placed: ['m v1'] }, c: { placed: ['x v1', 'y v1'] } }
    expect(chosen(nodes)).toEqual({ status: 'placed', nodeIds: ['a', 'b'] })
  })

  it('counts the nodes that hold it already', () => {
    expect(chosen({ a: { placed: ['m v2'] }, b: {} })).toEqual({ status: 'placed', nodeIds: [] })
    expect(chosen({ a: { placed: ['m v2'] }, b: {} }, { nodes: 2 })).toEqual({
      status: 'placed',
      nodeIds: ['b'],
    })
  })

  it('is never on a node that is gone, that stops, or that has failed to load it', () => {
    const nodes = { a: { seenBeforeMs: 15_000 }, b: { isStopping: true }, c: { placed: ['m v2'] }, d: {} }
    expect(chosen(nodes, { without: new Set(['c']), nodes: 4 })).toEqual({ status: 'placed', nodeIds: ['d'] })
  })

  it('is on fewer nodes than wanted when no more have room', () => {
    const needs = { 'm v2': 400 }
    expect(chosen({ a: { freeMiB: 400, needs }, b: { freeMiB: 399, needs } }, { nodes: 2 })).toEqual({
      status: 'placed',
      nodeIds: ['a'],
    })
  })

  it('goes by what another node reckons where a node does not have the weights', () => {
    const nodes = { a: { freeMiB: 100 }, b: { freeMiB: 50, needs: { 'm v2': 300 } } }
    expect(chosen(nodes)).toMatchObject({ status: 'refused' })
  })
})

describe('a version that is placed nowhere', () => {
  it('is refused with what it needs and what each node has', () => {
    const needs = { 'm v2': 512 }
    expect(chosen({ a: { freeMiB: 100, needs }, b: { freeMiB: 20, needs } })).toEqual({
      status: 'refused',
      reason:
        'no GPU node has room for m v2: it needs about 512.0 MiB and a has 100.0 MiB free; ' +
        'it needs about 512.0 MiB and b has 20.0 MiB free',
      mayPass: false,
    })
  })

  it('counts what a node is about to load as taken', () => {
    const needs = { 'm v2': 600, 'x v1': 600 }
    expect(chosen({ a: { placed: ['x v1'], needs } })).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('a has 400.0 MiB free'),
    })
    const loaded = [hosted('x v1', 'ready')]
    expect(chosen({ a: { placed: ['x v1'], needs, hosted: loaded } })).toMatchObject({ status: 'placed' })
  })

  it('is refused without a node, and where all have failed', () => {
    expect(chosen({})).toEqual({ status: 'refused', reason: 'no GPU node is there', mayPass: true })
    expect(chosen({ a: { placed: ['m v2'] } }, { without: new Set(['a']) })).toEqual({
      status: 'refused',
      reason: 'every GPU node that is there failed to load m v2',
      mayPass: false,
    })
  })

  it('may find room when a node that holds it comes back', () => {
    const gone = { placed: ['m v2'], seenBeforeMs: 20_000 }
    const full = { freeMiB: 1, needs: { 'm v2': 10 } }
    expect(chosen({ full, gone })).toMatchObject({ status: 'refused', mayPass: true })
    expect(chosen({ full, gone: { ...gone, placed: [] } })).toMatchObject({ mayPass: false })
  })
})
