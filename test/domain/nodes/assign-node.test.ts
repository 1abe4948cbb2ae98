import { describe, expect, it } from 'vitest'
import { hosted, nameOf, node, type NodeChanges, view } from './known-nodes.ts'
import { assignNode } from '../../../domain/nodes/assign-node.ts'

const ACTIVE = ['m v1', 'x v1'].map(nameOf)
const KNOWN = [...ACTIVE, nameOf('m v2')]

function assigned(
  changes: NodeChanges,
  { isNewLife = true, others = [] }: { isNewLife?: boolean; others?: readonly NodeChanges[] } = {},
) {
  const rest = others.map((other, index) => node(`other-${index}`, other))
  const { add, remove, refused } = assignNode({
    view: view(node('a', changes), ...rest),
    nodeId: 'a',
    isNewLife,
    active: ACTIVE,
    known: KNOWN,
  })
  const text = ({ model, version }: { model: string; version: string }) => `${model} ${version}`
  return { add: add.map(text), remove: remove.map(text), refused: refused.map(({ reason }) => reason) }
}

describe('a node that begins its life', () => {
  it('is given every version with traffic', () => {
    expect(assigned({})).toEqual({ add: ['m v1', 'x v1'], remove: [], refused: [] })
  })

  it('is given them although other nodes hold them', () => {
    expect(assigned({}, { others: [{ placed: ['m v1', 'x v1'] }] }).add).toEqual(['m v1', 'x v1'])
  })

  it('is given only what fits, and hears why not', () => {
    const needs = { 'm v1': 300, 'x v1': 300 }
    expect(assigned({ freeMiB: 500, needs })).toEqual({
      add: ['m v1'],
      remove: [],
      refused: ['there is no room for x v1: it needs about 300.0 MiB and 200.0 MiB are free'],
    })
  })

  it('keeps what it held, and loses what the catalog has no more', () => {
    expect(assigned({ placed: ['m v2', 'old v9', 'x v1'] })).toEqual({
      add: ['m v1'],
      remove: ['old v9'],
      refused: [],
    })
  })

  it('counts what it holds already as loaded', () => {
    const needs = { 'm v1': 300, 'x v1': 300 }
    expect(assigned({ freeMiB: 300, needs, hosted: [hosted('m v1', 'ready')] }).add).toEqual(['m v1', 'x v1'])
  })
})

describe('a node that lives on', () => {
  it('is given nothing that another node holds, also one that has just gone', () => {
    const others = [{ placed: ['m v1'], seenBeforeMs: 119_000 }, { placed: ['x v1'] }]
    expect(assigned({}, { isNewLife: false, others })).toEqual({ add: [], remove: [], refused: [] })
  })

  it('is given what has traffic and was held by nodes that are gone for good', () => {
    const others = [{ placed: ['m v1'], seenBeforeMs: 120_000 }, { placed: ['x v1'] }]
    expect(assigned({}, { isNewLife: false, others }).add).toEqual(['m v1'])
  })

  it('is not given what was taken back', () => {
    expect(assigned({}, { isNewLife: false }).add).toEqual([])
  })

  it('is given nothing while it stops', () => {
    expect(assigned({ isStopping: true }, { isNewLife: false }).add).toEqual([])
  })
})
