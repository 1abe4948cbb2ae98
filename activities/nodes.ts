import { activeVersions, localVersionNames } from '../domain/nodes/active-versions.ts'
import { type NodeList, toNodeList } from '../domain/nodes/node-list.ts'
import { assignNode } from '../domain/nodes/assign-node.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import type { NodeAnnouncement, VersionName } from '../domain/nodes/node.ts'
import type { NodeOrders } from '../domain/nodes/node-orders.ts'
import type { NodeStore } from '../store/routing/nodes.ts'
import type { NodesView } from '../domain/nodes/known-node.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { versionKey } from '../domain/routing/route-facts.ts'

export interface NodeActivityDeps {
  readonly catalog: Catalog
  readonly nodes: NodeStore
  /** Calls in a queue that no worker has taken; `undefined` when that cannot be told. Never rejects. */
  readonly waitingCalls: (taskQueue: string) => Promise<number | undefined>
}

/** What GPU nodes and people who look at them ask, as standalone activities: only orchestrators open the database. */
export function createNodeActivities({ catalog, nodes, waitingCalls }: NodeActivityDeps) {
  return {
    /** May be run twice. The answer is all that the node is to hold. */
    announceNode: (announcement: NodeAnnouncement): Promise<NodeOrders> =>
      nodes.announce(announcement, ({ traffic, ...situation }) =>
        assignNode({
          ...situation,
          active: activeVersions(catalog, traffic),
          known: localVersionNames(catalog),
        }),
      ),
    listNodes: async (): Promise<NodeList> => {
      const view = await nodes.read()
      return toNodeList(view, await waitingByVersion(view, waitingCalls))
    },
  }
}

async function waitingByVersion(
  { nodes }: NodesView,
  waitingCalls: NodeActivityDeps['waitingCalls'],
): Promise<ReadonlyMap<string, number>> {
  const placed = nodes.flatMap(({ placements }) => placements)
  const names = new Map(placed.map((name): [string, VersionName] => [versionKey(name), name]))
  const counts = await Promise.all(
    [...names].map(async ([key, { model, version }]): Promise<[string, number][]> => {
      const count = await waitingCalls(TASK_QUEUES.model(model, version))
      return count === undefined ? [] : [[key, count]]
    }),
  )
  return new Map(counts.flat())
}
