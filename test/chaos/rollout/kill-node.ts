import { lastPid } from './node-log.ts'
import { LONG_REQUEST, sendRequest, type SentRequest } from './steady-traffic.ts'
import { randomUUID } from 'node:crypto'
import type { RolloutRig } from './rollout-rig.ts'
import { startedCalls } from './started-calls.ts'
import { until } from '../support/until.ts'

/** A node's death in the middle of calls. */
export interface NodeKill {
  readonly atMs: number
  /** Calls that it had taken, with what became of them. */
  readonly orphaned: readonly SentRequest[]
}

const PATIENCE = { timeoutMs: 90_000, intervalMs: 100 }

/** More than one node can take at once, so that each has some. */
const LONG_CALLS = 4

/** Kills the node that has taken a long call, once it has; returns when it serves again and its calls are answered. */
export async function killNode({ switchyard, client, nodes }: RolloutRig): Promise<NodeKill> {
  const sent = Array.from({ length: LONG_CALLS }, () => {
    const requestId = `long-${randomUUID()}`
    return { requestId, end: sendRequest(switchyard, requestId, LONG_REQUEST) }
  })
  const { node, ids } = await until(
    'a node has taken a long call',
    async () => {
      const started = await startedCalls(
        client,
        sent.map(({ requestId }) => requestId),
      )
      const found = nodes.find((one) => started.some(({ pid }) => pid === lastPid(one.output())))
      const pid = found && lastPid(found.output())
      const taken = started.filter((call) => call.pid === pid).map(({ requestId }) => requestId)
      return found && { node: found, ids: new Set(taken) }
    },
    PATIENCE,
  )
  const atMs = Date.now()
  await node.kill()
  const ends = await Promise.all(sent.map(({ end }) => end))
  await node.isBack()
  return { atMs, orphaned: ends.filter(({ requestId }) => ids.has(requestId)) }
}
