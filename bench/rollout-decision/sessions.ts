import { type ArmCounts, NOTHING_COUNTED } from '../../domain/rollout/evidence/counts.ts'
import type { Random } from './random.ts'
import type { Minute, Traffic } from './traffic.ts'

/** Sessions that send a request a minute and stay with the arm that their place in [0, 1) gives them. */
export interface SessionTraffic {
  readonly guard: string
  readonly sessionsPerMinute: number
  readonly meanRequests: number
  /** A few sessions are hard, on both arms: bad events come in clusters. */
  readonly hardShare: number
  readonly hardBadRate: number
  readonly easyBadRate: number
  readonly ratio: number
}

interface Session {
  readonly place: number
  readonly badRate: number
  isNew: boolean
  wasBad: boolean
}

/** Only a session's first request and its first bad one count; plain rules see every request. */
export function stickySessions(random: Random, settings: SessionTraffic): Traffic {
  const { guard, sessionsPerMinute, meanRequests, ratio } = settings
  let open: Session[] = []
  return (_, weight) => {
    const begun = random.poisson(sessionsPerMinute)
    for (let index = 0; index < begun; index++) open.push(newSession(random, settings))
    const counts = { canary: tally(), stable: tally() }
    const going: Session[] = []
    for (const session of open) {
      const name = session.place < weight ? 'canary' : 'stable'
      const isBad = random.uniform() < session.badRate * (name === 'canary' ? ratio : 1)
      note(counts[name], session, isBad)
      if (random.uniform() >= 1 / meanRequests) going.push(session)
    }
    open = going
    return minuteOf(guard, weight, counts)
  }
}

interface Tally {
  requests: number
  bad: number
  units: number
  badUnits: number
  badEvents: number
}

function tally(): Tally {
  return { requests: 0, bad: 0, ...NOTHING_COUNTED }
}

function note(counts: Tally, session: Session, isBad: boolean): void {
  counts.requests++
  if (isBad) counts.bad++
  if (session.isNew) counts.units++
  if (session.isNew && isBad) counts.badUnits++
  if (isBad && !session.wasBad) counts.badEvents++
  session.isNew = false
  session.wasBad ||= isBad
}

function newSession(random: Random, { hardShare, hardBadRate, easyBadRate }: SessionTraffic): Session {
  const isHard = random.uniform() < hardShare
  return { place: random.uniform(), badRate: isHard ? hardBadRate : easyBadRate, isNew: true, wasBad: false }
}

function minuteOf(
  guard: string,
  weight: number,
  { canary, stable }: { readonly canary: Tally; readonly stable: Tally },
): Minute {
  return {
    canaryRequests: canary.requests,
    canaryBad: canary.bad,
    stableRequests: stable.requests,
    stableBad: stable.bad,
    news: [{ guard, cell: { weight, canary: unitsOf(canary), stable: unitsOf(stable) } }],
  }
}

function unitsOf({ units, badUnits, badEvents }: Tally): ArmCounts {
  return { units, badUnits, badEvents }
}
