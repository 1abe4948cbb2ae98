import { type Peer, PEERS } from './peers/start-peer.ts'
import { parseArgs } from 'node:util'
import { messageOf } from '../../domain/message-of.ts'

export interface Options {
  /** Measurements of each contender in each case. */
  readonly rounds: number
  /** Rounds before the first that counts. */
  readonly warmUpRounds: number
  /** What the upstream takes, in milliseconds. */
  readonly latenciesMs: readonly number[]
  readonly peers: readonly Peer[]
  /** Where Switchyard keeps its books. */
  readonly database: 'pglite' | 'postgres'
  /** Decides on the order within each round. */
  readonly seed: number
}

const USAGE = `Usage: npm run bench:fan-out -- [--rounds 15] [--warm-up 4] [--latencies 50,500]
  [--peers none|${PEERS.join(',')}] [--database pglite|postgres] [--seed 1]`

/** Reads the command line. Ends the process with 2 and the usage when it cannot be used. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '15' },
        'warm-up': { type: 'string', default: '4' },
        latencies: { type: 'string', default: '50,500' },
        peers: { type: 'string', default: PEERS.join(',') },
        database: { type: 'string', default: 'pglite' },
        seed: { type: 'string', default: '1' },
      },
    })
    return {
      rounds: wholeNumber(values.rounds, 1),
      warmUpRounds: wholeNumber(values['warm-up'], 0),
      latenciesMs: values.latencies.split(',').map((latency) => wholeNumber(latency, 0)),
      peers: values.peers === 'none' ? [] : values.peers.split(',').map((name) => oneOf(PEERS, name)),
      database: oneOf(['pglite', 'postgres'] as const, values.database),
      seed: wholeNumber(values.seed, 0),
    }
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`)
    process.exit(2)
  }
}

function wholeNumber(text: string, least: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least) {
    throw new Error(`"${text}" is not a whole number from ${least} on`)
  }
  return value
}

function oneOf<const Name extends string>(names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new Error(`"${text}" is none of ${names.join(', ')}`)
  return found
}
