import { Client } from '@temporalio/client'
import { randomUUID } from 'node:crypto'
import type { NodeAnnouncement } from '../../domain/nodes/node.ts'
import type { NodeOrders } from '../../domain/nodes/node-orders.ts'
import { NODE_ACTIVITIES } from '../../workflows/contract.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** Tells the orchestrators how a node stands, and hears what it is to hold. Rejects when none answers. */
export type AnnounceNode = (announcement: NodeAnnouncement) => Promise<NodeOrders>

/** The next announcement says the same and more: an old one is not worth waiting for. */
const DEADLINE_MS = 10_000
/** For the server to say that it was too late. */
const REPLY_MARGIN_MS = 2_000

/** Announces through Temporal, as a standalone activity: only orchestrators open the database. */
export function createAnnounceNode({
  connection,
  namespace,
  dataConverter,
}: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>): AnnounceNode {
  const client = new Client({ connection, namespace, dataConverter })
  return (announcement) =>
    client.withDeadline(Date.now() + DEADLINE_MS + REPLY_MARGIN_MS, () =>
      client.activity.execute<NodeOrders>(NODE_ACTIVITIES.announceNode, {
        id: `node/${announcement.nodeId}/${randomUUID()}`,
        taskQueue: TASK_QUEUES.orchestrator,
        args: [announcement],
        scheduleToCloseTimeout: DEADLINE_MS,
        retry: { maximumAttempts: 1 },
      }),
    )
}
