import { type Peer, PEERS } from './peers/start-peer.ts'
import { parseArgs } from 'node:util'
import { endWithHelp, orUsage, wholeNumber } from '../rig/read-options.ts'

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

/** Reads the command line. Ends the process with the usage where it asks for that, or cannot be used. */
export function readOptions(args: readonly string[]): Options {
  return orUsage(USAGE, () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '15' },
        'warm-up': { type: 'string', default: '4' },
        latencies: { type: 'string', default: '50,500' },
        peers: { type: 'string', default: PEERS.join(',') },
        database: { type: 'string', default: 'pglite' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) endWithHelp(USAGE)
    return {
      rounds: wholeNumber(values.rounds, 1, '--rounds'),
      warmUpRounds: wholeNumber(values['warm-up'], 0, '--warm-up'),
      latenciesMs: values.latencies.split(',').map((latency) => wholeNumber(latency, 0, '--latencies')),
      peers: values.peers === 'none' ? [] : values.peers.split(',').map((name) => oneOf(PEERS, name)),
      database: oneOf(['pglite', 'postgres'] as const, values.database),
      seed: wholeNumber(values.seed, 0, '--seed'),
    }
  })
}

function oneOf<const Name extends string>(names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text)
  if (found === undefined) throw new Error(`"${text}" is none of ${names.join(', ')}`)
  return found
}
