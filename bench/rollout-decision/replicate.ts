import { PEER_NAMES, PEERS, type PeerName } from './peers.ts'
import { createRandom } from './random.ts'
import type { Scenario } from './scenarios.ts'
import { type Ending, runReducer, runRules } from './simulate.ts'
import type { Traffic } from './traffic.ts'
import { quantile, type Share, wilson } from './wilson.ts'

export const OURS = 'e-process'
export type RuleName = PeerName | typeof OURS

/** What came of a rule in a cell. */
export interface Outcome {
  readonly rolledBack: Share
  readonly promoted: Share
  readonly undecided: Share
  /** Until the rollback; infinite where that part of the replicates was not rolled back. */
  readonly medianMinutes: number
  readonly medianRequests: number
  readonly p90Requests: number
  readonly medianBad: number
}

/** Every rule over the same seeded traffic. */
export function replicate(
  scenario: Scenario,
  seed: number,
  replicates: number,
): Readonly<Partial<Record<RuleName, Outcome>>> {
  const { traffic, weightAt, minutes, name } = scenario
  const overAll = <Result>(run: (source: Traffic) => Result): readonly Result[] =>
    Array.from({ length: replicates }, (_, index) => run(traffic(createRandom(seedOf(seed, name, index)))))
  const ours = summarise(overAll((source) => runReducer(scenario.plan, source, minutes)))
  if (weightAt === undefined) return { [OURS]: ours }
  const peers = overAll((source) =>
    runRules(
      PEER_NAMES.map((peer) => PEERS[peer]()),
      source,
      { minutes, weightAt },
    ),
  )
  const outcomes = PEER_NAMES.map((peer, index) => [
    peer,
    summarise(peers.flatMap((endings) => endings[index] ?? [])),
  ])
  return { ...Object.fromEntries(outcomes), [OURS]: ours }
}

/** A seed of its own for every cell and replicate, the same for every rule. */
export function seedOf(seed: number, name: string, index: number): number {
  let hash = seed | 0
  for (const character of `${name}/${index}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) + (hash >>> 15)
  return hash | 0
}

function summarise(endings: readonly Ending[]): Outcome {
  const share = (end: Ending['end']): Share =>
    wilson(endings.filter((ending) => ending.end === end).length, endings.length)
  const back = endings.map((ending) =>
    ending.end === 'rolled-back'
      ? ending
      : { ...ending, minutes: Infinity, canaryRequests: Infinity, canaryBad: Infinity },
  )
  const requests = back.map(({ canaryRequests }) => canaryRequests)
  return {
    rolledBack: share('rolled-back'),
    promoted: share('promoted'),
    undecided: share('undecided'),
    medianMinutes: quantile(
      back.map(({ minutes }) => minutes),
      0.5,
    ),
    medianRequests: quantile(requests, 0.5),
    p90Requests: quantile(requests, 0.9),
    medianBad: quantile(
      back.map(({ canaryBad }) => canaryBad),
      0.5,
    ),
  }
}
