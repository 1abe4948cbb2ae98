import { findUnreadyExecutions, readExecutedCalls } from './executed-calls.ts'
import { judgeKills, type KillFacts } from './judge-kills.ts'
import { type RiddenRollout, rideRollout } from './ride-rollout.ts'
import { type RolloutRig, startRolloutRig } from './rollout-rig.ts'
import { type KillsSize, planKills } from './plan-kills.ts'
import { readAssignedAttempts } from './assigned-attempts.ts'
import { readNodeLog } from './node-log.ts'
import { readPublishedShares } from './published-shares.ts'
import { ROLLED_MODEL } from './rollout-catalog.ts'
import { SHARES_BACK_WITHIN_MS, terminateRollout } from './terminated-rollout.ts'
import { startTraffic } from './steady-traffic.ts'

export interface RolloutKillsOptions extends KillsSize {
  readonly databaseUrl: string
  readonly onProgress: (line: string) => void
}

export interface RolloutKillsReport {
  readonly rollouts: readonly RiddenRollout[]
  /** Answered ones. */
  readonly requests: number
  /** Calls whose taking by a node was held against that node's log. */
  readonly executed: number
  /** Attempts that died with their node. */
  readonly lost: number
  /** From the death of a node to the last answer of what it had taken, in milliseconds; 0 where none died. */
  readonly longestOrphanMs: number
  /** From the termination of a rollout until the stable version had everything, in milliseconds. */
  readonly sharesBackMs: number
  /** Each sentence is something that must not be. */
  readonly mismatches: readonly string[]
  /** All figures on one line. */
  readonly line: string
}

interface AllFacts extends KillFacts {
  readonly executed: number
}

/** Rolls out again and again under load, with a kill in each rollout, and holds all records against each other. */
export async function runRolloutKills(options: RolloutKillsOptions): Promise<RolloutKillsReport> {
  const { databaseUrl, onProgress, seed } = options
  await using rig = await startRolloutRig({
    loaded: ['v1', 'v2'],
    nodeIds: ['north', 'south'],
    databaseUrl,
  })
  try {
    onProgress('terminating a rollout of the idle model')
    const terminated = await terminateRollout(rig)
    const traffic = startTraffic(rig.switchyard, { name: `kills-${seed}`, width: 3, pauseMs: 100 })
    const rollouts: RiddenRollout[] = []
    for (const kill of planKills(options)) {
      onProgress(`${kill.victim} while ${kill.phase}`)
      // oxlint-disable-next-line no-await-in-loop -- one rollout after the other
      rollouts.push(await rideRollout(rig, kill, databaseUrl))
    }
    onProgress('waiting for the last answers')
    const requests = [
      ...(await traffic.stop()),
      ...rollouts.flatMap(({ nodeKill }) => nodeKill?.orphaned ?? []),
    ]
    const sharesBackMs = (await terminated.sharesAreBack()) - terminated.terminatedAtMs
    onProgress('comparing the records')
    const facts = { rollouts, requests, ...(await readFacts(rig)) }
    const mismatches = [...judgeKills(facts), ...judgeReturn(sharesBackMs)]
    if (mismatches.length > 0) onProgress(`logs: ${await rig.keep()}`)
    return report(facts, sharesBackMs, mismatches, seed)
  } catch (error) {
    onProgress(`logs: ${await rig.keep()}`)
    throw error
  }
}

async function readFacts(rig: RolloutRig): Promise<Omit<AllFacts, 'rollouts' | 'requests'>> {
  const attempts = await readAssignedAttempts(rig.database, ROLLED_MODEL)
  const operations = [...new Set(attempts.map(({ operationId }) => operationId))]
  const executed = await readExecutedCalls(rig.client, operations)
  const phases = rig.nodes.flatMap((node) => readNodeLog(node.output()))
  return {
    attempts,
    published: await readPublishedShares(rig.database),
    unready: findUnreadyExecutions(executed, phases),
    executed: executed.length,
  }
}

function judgeReturn(sharesBackMs: number): readonly string[] {
  return sharesBackMs <= SHARES_BACK_WITHIN_MS
    ? []
    : [`the shares of the terminated rollout were back after ${sharesBackMs} ms`]
}

function report(
  { rollouts, requests, attempts, executed }: AllFacts,
  sharesBackMs: number,
  mismatches: readonly string[],
  seed: number,
): RolloutKillsReport {
  const waits = rollouts.flatMap(({ nodeKill }) =>
    (nodeKill?.orphaned ?? []).map(({ endedAtMs }) => endedAtMs - (nodeKill?.atMs ?? 0)),
  )
  const longestOrphanMs = Math.max(0, ...waits)
  const lost = attempts.filter(({ failureKind }) => failureKind === 'worker-lost').length
  const line =
    `seed ${seed}: ${rollouts.length} rollouts with a kill each, ${requests.length} requests answered, ` +
    `${executed} calls taken by nodes that were ready, ${lost} lost with their node and answered within ${(longestOrphanMs / 1_000).toFixed(1)} s, ` +
    `shares of a terminated rollout back after ${(sharesBackMs / 1_000).toFixed(1)} s, ${mismatches.length} off`
  return {
    rollouts,
    requests: requests.length,
    executed,
    lost,
    longestOrphanMs,
    sharesBackMs,
    mismatches,
    line,
  }
}
