import type { ExecuteActivity } from './standalone-activity.ts'
import { NODE_ACTIVITIES } from '../workflows/contract.ts'
import type { NodeList } from '../domain/nodes/node-list.ts'

/** The machines that serve local models. */
export interface Nodes {
  /** Every GPU node that was heard of within a week, with the versions on it. */
  nodes(): Promise<NodeList>
}

/** Reports about GPU nodes as standalone activities. */
export function createNodes(execute: ExecuteActivity): Nodes {
  return { nodes: () => execute(NODE_ACTIVITIES.listNodes, {}) }
}
