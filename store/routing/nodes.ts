import { and, eq, inArray, lt, type SQL, sql } from '../drizzle.ts'
import type { Database, Queries, Transaction } from '../connection.ts'
import { isLive, type KnownNode, type NodesView } from '../../domain/nodes/known-node.ts'
import type { NodeAnnouncement, VersionName } from '../../domain/nodes/node.ts'
import type { NodeAssignment, NodeSituation } from '../../domain/nodes/assign-node.ts'
import type { NodeOrders } from '../../domain/nodes/node-orders.ts'
import { nodes, placements, routingTable } from '../schema.ts'
import { type PlacementChoice, type PlacementNeed, placeVersion } from '../../domain/nodes/place-version.ts'
import type { TrafficByModel } from '../../domain/nodes/active-versions.ts'
import { inTransaction } from '../transaction.ts'
import { CLOCK, CLOCK_MS } from '../moments.ts'

/** What changes in what a node is to hold, decided inside the transaction. */
export type AssignNode = (
  situation: Pick<NodeSituation, 'view' | 'nodeId' | 'isNewLife'> & { readonly traffic: TrafficByModel },
) => NodeAssignment

/** GPU nodes and what each is to hold. */
export interface NodeStore {
  /** Takes an announcement in and answers with all that the node is to hold. */
  announce(announcement: NodeAnnouncement, assign: AssignNode): Promise<NodeOrders>
  /** Places a version where it fits. Twice the same places it once. */
  place(need: PlacementNeed, placedBy: string): Promise<PlacementChoice>
  /** No node is to hold it any more; `placedBy`: only where this one placed it. Returns from how many it was taken. */
  release(name: VersionName, placedBy?: string): Promise<number>
  /** These nodes are not to hold it any more. Returns those that were to. */
  withdraw(name: VersionName, nodeIds: readonly string[]): Promise<readonly string[]>
  /** These nodes are to hold it again, whatever they have free: they held it before. */
  giveBack(name: VersionName, nodeIds: readonly string[], placedBy: string): Promise<void>
  /** Every known node. One round trip. */
  read(): Promise<NodesView>
}

/** A node that was not heard of for a week does not come back under its id. */
const FORGOTTEN_AFTER = sql`interval '7 days'`

export function createNodeStore(database: Database): NodeStore {
  return {
    announce: (announcement, assign) =>
      inTransaction(database, (transaction) => announce(transaction, announcement, assign)),
    place: (need, placedBy) =>
      inTransaction(database, async (transaction) => {
        await lockNodes(transaction)
        const choice = placeVersion(await readNodes(transaction), need)
        if (choice.status === 'placed') await insertPlacements(transaction, choice.nodeIds, [need], placedBy)
        return choice
      }),
    release: (name, placedBy) =>
      inTransaction(database, async (transaction) => {
        const isTheirs = placedBy === undefined ? undefined : eq(placements.placedBy, placedBy)
        const removed = await removePlacements(transaction, name, isTheirs)
        return removed.length
      }),
    withdraw: (name, nodeIds) =>
      inTransaction(database, async (transaction) => {
        const removed = await removePlacements(transaction, name, inArray(placements.nodeId, [...nodeIds]))
        return removed.toSorted()
      }),
    giveBack: (name, nodeIds, placedBy) =>
      inTransaction(database, (transaction) => insertPlacements(transaction, nodeIds, [name], placedBy)),
    read: () => readNodes(database.frequentQueries),
  }
}

/** One decision about placements at a time: two would give the same memory away. */
async function lockNodes(transaction: Transaction): Promise<void> {
  await transaction.select({ nodeId: nodes.nodeId }).from(nodes).orderBy(nodes.nodeId).for('update')
}

async function announce(
  transaction: Transaction,
  announcement: NodeAnnouncement,
  assign: AssignNode,
): Promise<NodeOrders> {
  const { nodeId } = announcement
  await lockNodes(transaction)
  const before = await readNodes(transaction)
  const known = before.nodes.find((node) => node.announcement.nodeId === nodeId)
  const hasNewerLife = known !== undefined && known.announcement.startedAtMs > announcement.startedAtMs
  if (hasNewerLife && isLive(known, before.nowMs)) return { status: 'displaced' }
  await transaction
    .insert(nodes)
    .values({ nodeId, announcement })
    .onConflictDoUpdate({ target: nodes.nodeId, set: { announcement, seenAt: CLOCK } })
  const isNewLife = known?.announcement.startedAtMs !== announcement.startedAtMs
  if (isNewLife) await forgetNodes(transaction)
  const situation = { view: await readNodes(transaction), traffic: await readTraffic(transaction) }
  const { add, remove, refused } = assign({ ...situation, nodeId, isNewLife })
  await insertPlacements(transaction, [nodeId], add, 'switchyard')
  for (const name of remove) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await removePlacements(transaction, name, eq(placements.nodeId, nodeId))
  }
  const wanted = await transaction
    .select({ model: placements.model, version: placements.version })
    .from(placements)
    .where(eq(placements.nodeId, nodeId))
    .orderBy(placements.placedAt, placements.model, placements.version)
  return { status: 'accepted', wanted, refused }
}

async function forgetNodes(transaction: Transaction): Promise<void> {
  const forgotten = await transaction
    .delete(nodes)
    .where(lt(nodes.seenAt, sql`${CLOCK} - ${FORGOTTEN_AFTER}`))
    .returning({ nodeId: nodes.nodeId })
  for (const { nodeId } of forgotten) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await transaction.delete(placements).where(eq(placements.nodeId, nodeId))
  }
}

async function insertPlacements(
  transaction: Transaction,
  nodeIds: readonly string[],
  names: readonly VersionName[],
  placedBy: string,
): Promise<void> {
  const rows = nodeIds.flatMap((nodeId) =>
    names.map(({ model, version }) => ({ nodeId, model, version, placedBy })),
  )
  if (rows.length > 0) await transaction.insert(placements).values(rows).onConflictDoNothing()
}

/** Takes a version from the nodes where `condition` holds, by default from all. Returns those that held it. */
async function removePlacements(
  transaction: Transaction,
  { model, version }: VersionName,
  condition: SQL | undefined,
): Promise<readonly string[]> {
  const removed = await transaction
    .delete(placements)
    .where(and(eq(placements.model, model), eq(placements.version, version), condition))
    .returning({ nodeId: placements.nodeId })
  return removed.map(({ nodeId }) => nodeId)
}

async function readTraffic(transaction: Transaction): Promise<TrafficByModel> {
  const rows = await transaction
    .select({ model: routingTable.model, snapshot: routingTable.snapshot })
    .from(routingTable)
  return new Map(rows.map(({ model, snapshot }) => [model, snapshot]))
}

async function readNodes(queries: Queries): Promise<NodesView> {
  const rows = await queries
    .select({ node: nodes, placement: placements, nowMs: CLOCK_MS.mapWith(Number) })
    .from(nodes)
    .leftJoin(placements, eq(placements.nodeId, nodes.nodeId))
    .orderBy(nodes.nodeId, placements.placedAt, placements.model, placements.version)
  const byNode = Map.groupBy(rows, ({ node }) => node.nodeId)
  return {
    nowMs: Math.max(0, ...rows.map(({ nowMs }) => nowMs)),
    nodes: [...byNode.values()].flatMap((group) => {
      const [first] = group
      return first === undefined
        ? []
        : [
            toKnownNode(
              first.node,
              group.map(({ placement }) => placement),
            ),
          ]
    }),
  }
}

function toKnownNode(
  { announcement, seenAt }: typeof nodes.$inferSelect,
  placed: readonly (typeof placements.$inferSelect | null)[],
): KnownNode {
  return {
    announcement,
    seenAtMs: Date.parse(seenAt),
    placements: placed.flatMap((placement) => {
      if (placement === null) return []
      const { model, version, placedBy, placedAt } = placement
      return [{ model, version, placedBy, placedAtMs: Date.parse(placedAt) }]
    }),
  }
}
