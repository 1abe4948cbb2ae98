import { IDLE_MODEL } from './rollout-catalog.ts'
import { type PublishedShares, readPublishedShares } from './published-shares.ts'
import type { RolloutRig } from './rollout-rig.ts'
import { until } from '../support/until.ts'

/** A rollout that was terminated in mid-step. */
export interface TerminatedRollout {
  readonly terminatedAtMs: number
  /** When the stable version had all traffic again, by the database's clock. */
  sharesAreBack(): Promise<number>
}

/** A lease lasts for two minutes after its last renewal; the rest is for what is killed meanwhile. */
export const SHARES_BACK_WITHIN_MS = 120_000 + 60_000

const PATIENCE = { timeoutMs: 120_000, intervalMs: 200 }

/** Starts a rollout of a model that nobody uses, and terminates it at a quarter of the traffic. */
export async function terminateRollout(rig: RolloutRig): Promise<TerminatedRollout> {
  const handle = await rig.startRollout('rollout/terminated', {
    model: IDLE_MODEL,
    version: 'v2',
    by: 'chaos',
    strategy: 'rolling',
    steps: [{ canaryPercent: 25, observeMs: 3_600_000 }, { canaryPercent: 100 }],
    guards: ['errors'],
    fullWithoutEvidence: true,
  })
  await until(
    'the idle model has a canary',
    async () => ((await rig.rollout(handle.workflowId))?.stage.phase === 'observing' ? true : undefined),
    PATIENCE,
  )
  const terminatedAtMs = Date.now()
  await handle.terminate('chaos')
  return {
    terminatedAtMs,
    sharesAreBack: async () => {
      const back = await until(
        'the shares are back',
        async () => (await readPublishedShares(rig.database)).findLast(isStableAgain),
        {
          timeoutMs: Math.max(10_000, terminatedAtMs + SHARES_BACK_WITHIN_MS - Date.now()),
          intervalMs: 2_000,
        },
      )
      return back.at.getTime()
    },
  }
}

function isStableAgain({ model, epoch, snapshot: { arms } }: PublishedShares): boolean {
  return model === IDLE_MODEL && epoch > 1 && arms.length === 1 && arms[0]?.version === 'v1'
}
