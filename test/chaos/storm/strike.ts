import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedKill, Victim } from './plan-storm.ts'
import type { Target } from './supervise.ts'

/** How often each part was killed. */
export type Kills = Readonly<Record<Victim, number>>

/**
 * Kills as planned, one after the other, without waiting until what was killed is back: outages may overlap. Returns when
 * everything is back.
 */
export async function strike(
  kills: readonly PlannedKill[],
  targets: Readonly<Partial<Record<Victim, Target>>>,
  onKill: (victim: Victim) => void,
): Promise<Kills> {
  const counts = { orchestrator: 0, cloud: 0, temporal: 0, database: 0 }
  for (const { victim, pauseMs } of kills) {
    const target = targets[victim]
    if (target === undefined) throw new Error(`this storm has no ${victim} to kill`)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await sleep(pauseMs)
    // oxlint-disable-next-line no-await-in-loop
    await target.kill()
    counts[victim] += 1
    onKill(victim)
  }
  await Promise.all(Object.values(targets).map((target) => target.isBack()))
  return counts
}
