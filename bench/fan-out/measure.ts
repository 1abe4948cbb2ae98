import type { Contender, FanOut } from './fan-out.ts'
import type { Random } from '../../providers/simulated/seeded-random.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../domain/message-of.ts'

export interface Measurement {
  readonly cases: readonly FanOut[]
  readonly rounds: number
  readonly warmUpRounds: number
  readonly random: Random
  /** How many calls the upstream has served so far. */
  readonly countCalls: () => Promise<number>
  /** Told before each round; those before the first that counts have numbers below 1. */
  readonly onRound: (round: number) => void
  /** Told when a peer is left out, with the reason. */
  readonly onLeftOut: (name: string, reason: string) => void
}

/** Times in milliseconds by contender, then by case. */
export type Times = ReadonlyMap<string, ReadonlyMap<FanOut, readonly number[]>>

/** What one contender leaves to its server after its end is not to be paid for by the next. */
const PAUSE_MS = 100

/** A run that takes longer hangs. */
const LONGEST_RUN_MS = 120_000

/**
 * Runs every case in every round, the contenders in a new order each time. Each run must have made exactly its calls.
 * A peer that fails is left out from then on.
 * @param own those whose failure ends the measurement
 */
export async function measure(
  own: readonly Contender[],
  peers: readonly Contender[],
  measurement: Measurement,
): Promise<Times> {
  const { cases, rounds, warmUpRounds, random } = measurement
  const times = new Map([...own, ...peers].map(({ name }) => [name, emptyTimes(cases)]))
  for (let round = -warmUpRounds; round < rounds; round++) {
    measurement.onRound(round + 1)
    for (const fanOut of cases) {
      const running = [...own, ...peers].filter(({ name }) => times.has(name))
      for (const contender of shuffled(running, random)) {
        await sleep(PAUSE_MS)
        const taken = await runChecked(contender, fanOut, measurement.countCalls).catch((error: unknown) => {
          if (own.includes(contender)) throw error
          times.delete(contender.name)
          measurement.onLeftOut(contender.name, messageOf(error))
        })
        if (round >= 0 && taken !== undefined) times.get(contender.name)?.get(fanOut)?.push(taken)
      }
    }
  }
  return times
}

async function runChecked(
  contender: Contender,
  fanOut: FanOut,
  countCalls: Measurement['countCalls'],
): Promise<number> {
  const before = await countCalls()
  const taken = await Promise.race([contender.run(fanOut), tooLate(contender)])
  const made = (await countCalls()) - before
  const wanted = fanOut.runs * fanOut.width
  if (made !== wanted) throw new Error(`${contender.name} made ${made} calls instead of ${wanted}`)
  return taken
}

async function tooLate({ name }: Contender): Promise<never> {
  await sleep(LONGEST_RUN_MS, undefined, { ref: false })
  throw new Error(`${name} did not end within ${LONGEST_RUN_MS / 1000} s`)
}

function emptyTimes(cases: readonly FanOut[]): Map<FanOut, number[]> {
  return new Map(cases.map((fanOut) => [fanOut, []]))
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ item }) => item)
}
