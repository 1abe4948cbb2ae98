import { createRandom, type Random } from '../../../providers/simulated/seeded-random.ts'
import type { SimulatedBehaviour } from '../../../providers/simulated/behaviour.ts'
import type { StormProvider } from './storm-catalog.ts'

export const STORES = ['postgres', 'pglite'] as const
export type StormStore = (typeof STORES)[number]

const PROCESSES = ['orchestrator', 'cloud', 'temporal'] as const
/** What is killed in a storm. */
export type Victim = (typeof PROCESSES)[number] | 'database'

export interface StormSize {
  readonly seed: number
  readonly store: StormStore
  /** How long processes are killed, in minutes: there are as many kills as fit, at least ten. */
  readonly minutes: number
}

export interface PlannedKill {
  readonly victim: Victim
  /** Since the kill before it, in milliseconds. */
  readonly pauseMs: number
}

/** Everything about a storm but its requests: see `planRequest`. */
export interface StormPlan {
  readonly kills: readonly PlannedKill[]
  readonly behaviours: Readonly<Record<StormProvider, SimulatedBehaviour>>
}

const FEWEST_KILLS = 10

/** Between two kills, in milliseconds: short enough that two outages often overlap. */
const PAUSE_MS = { shortest: 1_000, longest: 5_000 }

/** Draws the kills and the faults of a storm. The same size gives the same plan. */
export function planStorm({ seed, store, minutes }: StormSize): StormPlan {
  const random = createRandom(seed, 'kills')
  const kills: PlannedKill[] = []
  let leftMs = minutes * 60_000
  while (kills.length < FEWEST_KILLS || leftMs > 0) {
    for (const victim of shuffled(PROCESSES, random)) {
      const pauseMs = between(PAUSE_MS.shortest, PAUSE_MS.longest, random)
      kills.push({ victim, pauseMs })
      leftMs -= pauseMs
    }
  }
  // An embedded database dies with its orchestrator.
  if (store === 'postgres') {
    kills.splice(Math.ceil(kills.length / 2), 0, { victim: 'database', pauseMs: PAUSE_MS.longest })
  }
  return {
    kills,
    behaviours: {
      north: planFaults(seed, 'north'),
      south: planFaults(seed, 'south'),
      west: planFaults(seed, 'west'),
    },
  }
}

/** How often each fault strikes at one provider; about every fifth call has one. */
function planFaults(seed: number, provider: StormProvider): SimulatedBehaviour {
  const random = createRandom(seed, 'faults', provider)
  const share = (most: number) => Math.round((0.3 + 0.7 * random()) * most * 1_000) / 1_000
  return {
    default: {
      faults: {
        '429': share(0.08),
        '500': share(0.04),
        '529': share(0.03),
        hang: share(0.02),
        cut: share(0.04),
        drop: share(0.02),
        'slow-start': share(0.06),
        garbage: share(0.03),
      },
      slowStartMs: between(1_000, 3_000, random),
    },
  }
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ item }) => item)
}

/** A whole number from one to another. */
export function between(low: number, high: number, random: Random): number {
  return low + Math.floor(random() * (high - low + 1))
}
