import { describe, expect, it } from 'vitest'
import type { NodeAnnouncement } from '../../../domain/nodes/node.ts'
import type { NodeOrders } from '../../../domain/nodes/node-orders.ts'
import { startAnnouncing } from '../../../workers/gpu/announce-loop.ts'

const ORDERS: NodeOrders = { status: 'accepted', wanted: [], refused: [] }

/** Announcements that the test answers one by one; pauses end only when they are cut short. */
function scene() {
  const asked: { readonly free: number; readonly answer: PromiseWithResolvers<NodeOrders> }[] = []
  const heard: NodeOrders[] = []
  const silences: unknown[] = []
  const pauses: { readonly ms: number; readonly end: () => void }[] = []
  let free = 0
  const loop = startAnnouncing({
    describe: async (): Promise<NodeAnnouncement> => ({
      nodeId: 'a',
      startedAtMs: 1,
      memoryBytes: 1,
      freeMemoryBytes: free,
      versions: [],
    }),
    announce: ({ freeMemoryBytes }) => {
      const answer = Promise.withResolvers<NodeOrders>()
      asked.push({ free: freeMemoryBytes, answer })
      return answer.promise
    },
    onOrders: (orders) => void heard.push(orders),
    onSilence: (error) => void silences.push(error),
    pause: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push({ ms, end: resolve })
        signal.addEventListener('abort', () => resolve())
      }),
  })
  const nth = (index: number) => expect.poll(() => asked.length).toBeGreaterThan(index)
  return { loop, asked, heard, silences, pauses, nth, change: (value: number) => (free = value) }
}

describe('a node', () => {
  it('announces itself at once, then every five seconds', async () => {
    const { asked, heard, pauses, nth } = scene()
    await nth(0)
    asked[0]?.answer.resolve(ORDERS)
    await expect.poll(() => pauses.map(({ ms }) => ms)).toEqual([5_000])
    expect(heard).toEqual([ORDERS])
    pauses[0]?.end()
    await nth(1)
    asked[1]?.answer.reject(new Error('nobody there'))
  })

  it('announces a change at once, and one that comes meanwhile with the next', async () => {
    const { loop, asked, nth, change } = scene()
    await nth(0)
    change(1)
    loop.nudge()
    change(2)
    loop.nudge()
    expect(asked).toHaveLength(1)
    asked[0]?.answer.resolve(ORDERS)
    await nth(1)
    expect(asked.map(({ free }) => free)).toEqual([0, 2])
    asked[1]?.answer.resolve(ORDERS)
  })

  it('knows when what holds now has been heard', async () => {
    const { loop, asked, silences, nth, pauses } = scene()
    await nth(0)
    let isHeard = false
    void loop.announced().then(() => (isHeard = true))
    asked[0]?.answer.resolve(ORDERS)
    await nth(1)
    expect(isHeard).toBe(false)
    asked[1]?.answer.reject(new Error('nobody there'))
    await expect.poll(() => silences).toHaveLength(1)
    await expect.poll(() => pauses).toHaveLength(1)
    pauses[0]?.end()
    await nth(2)
    asked[2]?.answer.resolve(ORDERS)
    await expect.poll(() => isHeard).toBe(true)
  })

  it('says a last word when it stops', async () => {
    const { loop, asked, nth } = scene()
    await nth(0)
    asked[0]?.answer.resolve(ORDERS)
    const stopped = loop.stop()
    await nth(1)
    asked[1]?.answer.resolve(ORDERS)
    await stopped
    expect(asked).toHaveLength(2)
  })

  it('does not wait long for somebody to hear its last word', async () => {
    const { loop, pauses, nth } = scene()
    await nth(0)
    const stopped = loop.stop()
    await expect.poll(() => pauses.map(({ ms }) => ms)).toEqual([2_000])
    pauses[0]?.end()
    await stopped
  })
})
