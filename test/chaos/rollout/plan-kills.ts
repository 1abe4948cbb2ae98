import { createRandom } from '../../../providers/simulated/seeded-random.ts'

/** Phases of a rollout in which something is killed. */
export const PHASES = ['preparing', 'observing', 'promoting', 'rolling-back'] as const
export type KilledPhase = (typeof PHASES)[number]

export const VICTIMS = ['orchestrator', 'temporal', 'node'] as const
export type RolloutVictim = (typeof VICTIMS)[number]

export interface RolloutKill {
  readonly phase: KilledPhase
  readonly victim: RolloutVictim
}

export interface KillsSize {
  readonly seed: number
  /** Every victim in every phase; else one for each phase, and every victim at least once. */
  readonly isWhole: boolean
}

/** What is killed in which rollout, one after the other. Depends on the seed alone. */
export function planKills({ seed, isWhole }: KillsSize): readonly RolloutKill[] {
  const all = PHASES.flatMap((phase) => VICTIMS.map((victim) => ({ phase, victim })))
  if (isWhole) return all
  const offset = Math.floor(createRandom(seed, 'rollout kills')() * VICTIMS.length)
  return PHASES.map((phase, index) => {
    const victim = VICTIMS[(index + offset) % VICTIMS.length] ?? 'orchestrator'
    return { phase, victim }
  })
}
