import { describe, expect, it } from 'vitest'
import { assert, property, subarray } from 'fast-check'
import { nameOf } from './known-nodes.ts'
import { reconcile } from '../../../domain/nodes/reconcile.ts'

const VERSIONS = ['m v1', 'm v2', 'x v1'].map(nameOf)

function held(text: string, isDraining = false) {
  return { ...nameOf(text), isDraining }
}

describe('what a node does to hold what it is to hold', () => {
  it('is to load what is missing and to drain what is not wanted', () => {
    expect(reconcile([held('m v1'), held('x v1')], [nameOf('m v1'), nameOf('m v2')])).toEqual({
      load: [nameOf('m v2')],
      drain: [nameOf('x v1')],
    })
  })

  it('is nothing for what drains already, wanted again or not', () => {
    expect(reconcile([held('m v1', true)], [])).toEqual({ load: [], drain: [] })
    expect(reconcile([held('m v1', true)], [nameOf('m v1')])).toEqual({ load: [], drain: [] })
  })

  it('leaves exactly what is wanted, once done', () => {
    const some = subarray([...VERSIONS])
    assert(
      property(some, some, (before, wanted) => {
        const { load, drain } = reconcile(
          before.map((name) => ({ ...name, isDraining: false })),
          wanted,
        )
        const after = [...before.filter((name) => !drain.some((other) => isSame(other, name))), ...load]
        expect(after.map(toText).toSorted()).toEqual(wanted.map(toText).toSorted())
      }),
    )
  })
})

function toText({ model, version }: { readonly model: string; readonly version: string }): string {
  return `${model} ${version}`
}

function isSame(left: Parameters<typeof toText>[0], right: Parameters<typeof toText>[0]): boolean {
  return toText(left) === toText(right)
}
