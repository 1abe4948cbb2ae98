import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createNodeStore, type AssignNode, type NodeStore } from '../../../store/routing/nodes.ts'
import { nodes, placements, routingTable } from '../../../store/schema.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import type { NodeAnnouncement } from '../../../domain/nodes/node.ts'
import { sql } from 'drizzle-orm'

const V1 = { model: 'm', version: 'v1' }
const V2 = { model: 'm', version: 'v2' }

function announcement(nodeId: string, changes: Partial<NodeAnnouncement> = {}): NodeAnnouncement {
  return { nodeId, startedAtMs: 1_000, memoryBytes: 2_000, freeMemoryBytes: 1_000, versions: [], ...changes }
}

const giveNothing: AssignNode = () => ({ add: [], remove: [], refused: [] })
const giveV1AtBirth: AssignNode = ({ isNewLife }) => ({ add: isNewLife ? [V1] : [], remove: [], refused: [] })

describe.each(ENGINES)('nodes on $name', ({ open }) => {
  let database: Database
  let store: NodeStore
  beforeAll(async () => {
    database = await open()
    store = createNodeStore(database)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.queries.delete(placements)
    await database.queries.delete(nodes)
    await database.queries.delete(routingTable)
  })

  /** As if so long had passed since a node was seen. */
  const age = (nodeId: string, seconds: number) =>
    database.queries.execute(
      sql`update nodes set seen_at = seen_at - make_interval(secs => ${seconds}) where node_id = ${nodeId}`,
    )

  it('are known from their first announcement, with what it gave them', async () => {
    expect(await store.announce(announcement('a'), giveV1AtBirth)).toEqual({
      status: 'accepted',
      wanted: [V1],
      refused: [],
    })
    const view = await store.read()
    expect(view.nodes).toMatchObject([
      { announcement: announcement('a'), placements: [{ ...V1, placedBy: 'switchyard' }] },
    ])
    expect(view.nowMs - (view.nodes[0]?.seenAtMs ?? 0)).toBeLessThan(60_000)
    expect(Math.abs(view.nowMs - Date.now())).toBeLessThan(60_000)
  })

  it('begin a new life with another start time only, and keep their placements', async () => {
    const lives: boolean[] = []
    const watch: AssignNode = (situation) => {
      lives.push(situation.isNewLife)
      return giveV1AtBirth(situation)
    }
    await store.announce(announcement('a'), watch)
    await store.place({ ...V2, nodes: 1 }, 'rollout')
    await store.announce(announcement('a', { freeMemoryBytes: 10 }), watch)
    const reborn = await store.announce(announcement('a', { startedAtMs: 2_000 }), watch)
    expect(lives).toEqual([true, false, true])
    expect(reborn).toMatchObject({ wanted: [V1, V2] })
  })

  it('displace an older life that is still heard of, and no other', async () => {
    await store.announce(announcement('a', { startedAtMs: 2_000 }), giveNothing)
    expect(await store.announce(announcement('a'), giveV1AtBirth)).toEqual({ status: 'displaced' })
    expect((await store.read()).nodes[0]?.announcement.startedAtMs).toBe(2_000)
    await age('a', 15)
    expect(await store.announce(announcement('a'), giveNothing)).toMatchObject({ status: 'accepted' })
  })

  it('hear of traffic when what they hold is decided', async () => {
    const snapshot = { model: 'm', epoch: 3, stableVersion: 'v1', arms: [{ version: 'v2', percent: 100 }] }
    await database.queries.insert(routingTable).values({ model: 'm', epoch: 3, snapshot })
    let heard: unknown
    await store.announce(announcement('a'), ({ traffic }) => {
      heard = traffic.get('m')
      return { add: [], remove: [V1], refused: [{ ...V2, reason: 'too big' }] }
    })
    expect(heard).toEqual(snapshot)
  })

  it('are given a version once, however often it is placed', async () => {
    await store.announce(announcement('a'), giveNothing)
    await store.announce(announcement('b'), giveNothing)
    expect(await store.place({ ...V2, nodes: 1 }, 'r1')).toEqual({ status: 'placed', nodeIds: ['a'] })
    expect(await store.place({ ...V2, nodes: 1 }, 'r1')).toEqual({ status: 'placed', nodeIds: [] })
    expect(await store.place({ ...V2, nodes: 2 }, 'r2')).toEqual({ status: 'placed', nodeIds: ['b'] })
    expect(await store.release(V2, 'r2')).toBe(1)
    expect(await store.release(V2)).toBe(1)
    expect(await store.release(V2)).toBe(0)
  })

  it('are not given the same memory twice by two that place at once', async () => {
    const needs = [V1, V2].map((name) => ({ ...name, memoryBytes: 600 }))
    await store.announce(announcement('a', { needs }), giveNothing)
    const choices = await Promise.all([store.place(V1, 'r1'), store.place(V2, 'r2')])
    expect(choices.map(({ status }) => status).toSorted()).toEqual(['placed', 'refused'])
  })

  it('are forgotten with their placements after a week', async () => {
    await store.announce(announcement('old'), giveV1AtBirth)
    await age('old', 8 * 24 * 3_600)
    await store.announce(announcement('new'), giveNothing)
    expect((await store.read()).nodes.map(({ announcement: { nodeId } }) => nodeId)).toEqual(['new'])
    expect(await store.release(V1)).toBe(0)
  })

  it('lose what is removed from them', async () => {
    await store.announce(announcement('a'), giveV1AtBirth)
    const removed = await store.announce(announcement('a'), () => ({ add: [V2], remove: [V1], refused: [] }))
    expect(removed).toMatchObject({ wanted: [V2] })
  })
})
