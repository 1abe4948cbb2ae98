import { randomUUID } from 'node:crypto'
import type { KilledPhase, RolloutKill, RolloutVictim } from './plan-kills.ts'
import { holdShares } from './hold-shares.ts'
import { readPublishedShares } from './published-shares.ts'
import { ROLLED_MODEL } from './rollout-catalog.ts'
import type { RolloutInput } from '../../../workflows/rollout-contract.ts'
import type { RolloutReport } from '../../../domain/rollout/report/rollout-report.ts'
import type { RolloutRig } from './rollout-rig.ts'
import { killNode, type NodeKill } from './kill-node.ts'
import { until } from '../support/until.ts'
import { untilAnswered } from '../storm/patience.ts'

/** A rollout in one phase of which something was killed. */
export interface RiddenRollout extends RolloutKill {
  readonly workflowId: string
  readonly version: string
  /** Of the model's traffic when it began. */
  readonly epochBefore: number
  /** The shares that it is to have set, one after the other, in percent. */
  readonly expectedPercents: readonly number[]
  readonly expectedPhase: RolloutReport['phase']
  readonly report: RolloutReport
  readonly nodeKill?: NodeKill
}

const PATIENCE = { timeoutMs: 180_000, intervalMs: 50 }
const END_PATIENCE_MS = 400_000
const UNTIL_TOLD_MS = 3_600_000

/** Rolls the other version out, kills in the middle, and waits for the end. `databaseUrl`: to hold phases that are short. */
export async function rideRollout(
  rig: RolloutRig,
  kill: RolloutKill,
  databaseUrl: string,
): Promise<RiddenRollout> {
  const { phase, victim } = kill
  // Before the first rollout of all nothing was published, and the catalog's first version has everything.
  const before = (await readPublishedShares(rig.database)).findLast(({ model }) => model === ROLLED_MODEL)
  const version = before?.snapshot.stableVersion === 'v2' ? 'v1' : 'v2'
  await isUnloaded(rig, version)
  const workflowId = `rollout/${phase}/${victim}/${randomUUID().slice(0, 8)}`
  const handle = await rig.startRollout(workflowId, inputOf(version, phase))
  const nodeKill = await RIDES[phase](rig, workflowId, victim, databaseUrl)
  const patience = AbortSignal.timeout(END_PATIENCE_MS)
  const report = await untilAnswered(patience, () => handle.result())
  return {
    ...kill,
    workflowId,
    version,
    epochBefore: before?.epoch ?? 0,
    expectedPercents: PERCENTS[phase],
    expectedPhase: phase === 'rolling-back' ? 'aborted' : 'completed',
    report,
    ...(nodeKill === undefined ? {} : { nodeKill }),
  }
}

/** The last of a rollout that completes is published again, as the stable version. */
const PERCENTS: Readonly<Record<KilledPhase, readonly number[]>> = {
  preparing: [25, 50, 100, 100],
  observing: [25, 50, 100, 100],
  promoting: [25, 100, 100],
  'rolling-back': [25, 0],
}

function inputOf(version: string, phase: KilledPhase): RolloutInput {
  // What an operator is to do happens while nothing else does.
  const isByHand = phase === 'promoting' || phase === 'rolling-back'
  const steps = isByHand
    ? [{ canaryPercent: 25, observeMs: UNTIL_TOLD_MS }, { canaryPercent: 100 }]
    : [
        { canaryPercent: 25, observeMs: 4_000 },
        { canaryPercent: 50, observeMs: 2_000 },
        { canaryPercent: 100 },
      ]
  return {
    model: ROLLED_MODEL,
    version,
    by: 'chaos',
    strategy: 'rolling',
    steps,
    // Both versions are as good: what is tried here is not the judgement.
    guards: ['errors'],
    alpha: 0.000_001,
    tripwireFailures: 0,
    missingReadingsLimit: 1_000,
    fullWithoutEvidence: true,
    readEveryMs: 1_000,
    keepOldMs: 2_000,
    retryWithinMs: 0,
  }
}

type Ride = (
  rig: RolloutRig,
  workflowId: string,
  victim: RolloutVictim,
  databaseUrl: string,
) => Promise<NodeKill | undefined>

const RIDES: Readonly<Record<KilledPhase, Ride>> = {
  preparing: async (rig, workflowId, victim) => {
    await isIn(rig, workflowId, 'preparing')
    return killAndWait(rig, victim)
  },
  observing: async (rig, workflowId, victim) => {
    await isIn(rig, workflowId, 'observing')
    return killAndWait(rig, victim)
  },
  promoting: (...ride) => killInShift('promote-full', 'promoting', ...ride),
  'rolling-back': (...ride) => killInShift('abort', 'rolling-back', ...ride),
}

/** The change of shares is held back until what was killed is there again. */
async function killInShift(
  command: 'promote-full' | 'abort',
  phase: KilledPhase,
  ...[rig, workflowId, victim, databaseUrl]: Parameters<Ride>
): Promise<NodeKill | undefined> {
  await isIn(rig, workflowId, 'observing')
  const letGo = await holdShares(databaseUrl)
  try {
    const handle = rig.client.workflow.getHandle(workflowId)
    await handle.executeUpdate(command, { args: [{ by: 'chaos', requestId: `${command}-once` }] })
    await isIn(rig, workflowId, phase)
    return await killAndWait(rig, victim)
  } finally {
    await letGo()
  }
}

/** Nodes hear within seconds that they are not to hold a version any more; one that they still hold needs no preparation. */
async function isUnloaded({ switchyard }: RolloutRig, version: string): Promise<void> {
  await until(
    `no node holds ${version}`,
    async () => {
      const { nodes } = await switchyard.nodes()
      const isHeld = nodes.some(({ versions }) =>
        versions.some((held) => held.model === ROLLED_MODEL && held.version === version),
      )
      return isHeld ? undefined : true
    },
    PATIENCE,
  )
}

async function isIn(rig: RolloutRig, workflowId: string, phase: KilledPhase): Promise<void> {
  await until(
    `${workflowId} is ${phase}`,
    async () => ((await rig.rollout(workflowId))?.stage.phase === phase ? true : undefined),
    PATIENCE,
  )
}

async function killAndWait(rig: RolloutRig, victim: RolloutVictim): Promise<NodeKill | undefined> {
  if (victim === 'node') return killNode(rig)
  await rig[victim].kill()
  await rig[victim].isBack()
  return undefined
}
