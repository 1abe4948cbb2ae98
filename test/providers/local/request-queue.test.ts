import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRequestQueue } from '../../../providers/local/request-queue.ts'

describe('the request queue', () => {
  it('gives out lower priorities first and keeps the order of arrival within one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 })), (priorities) => {
        const items = priorities.map((priority, arrival) => ({ priority, arrival }))
        const queue = createRequestQueue<(typeof items)[number]>()
        items.forEach((item) => queue.push(item))
        const served = items.map(() => queue.shift())
        expect(served).toEqual(items.toSorted((a, b) => a.priority - b.priority || a.arrival - b.arrival))
        expect(queue.shift()).toBeUndefined()
      }),
    )
  })

  it('forgets an item that is taken out', () => {
    const queue = createRequestQueue<{ priority: number; arrival: number }>()
    const [first, second] = [
      { priority: 5, arrival: 1 },
      { priority: 5, arrival: 2 },
    ]
    queue.push(first)
    queue.push(second)
    queue.remove(first)
    queue.remove(first)
    expect(queue.shift()).toBe(second)
  })
})
