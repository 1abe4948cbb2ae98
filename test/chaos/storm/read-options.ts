import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { STORES, type StormStore } from './plan-storm.ts'

const SUBCOMMANDS = ['storm', 'outage', 'rollout'] as const

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  readonly subcommand: (typeof SUBCOMMANDS)[number]
  readonly seed: number
  readonly minutes: number
  readonly requests: number
  readonly store: StormStore
}

export const HELP = `Kills processes under load and holds the ledger against what the providers have served.

  npm run chaos -- [storm] [--seed N] [--minutes M] [--requests N] [--store postgres|pglite]
  npm run chaos -- outage [--seed N] [--requests N] [--store postgres|pglite]
  npm run chaos -- rollout [--seed N]

storm    Requests in flight (--requests, 300 at the same time) over three simulated providers that make faults, while
         orchestrator, cloud worker and Temporal server are killed by SIGKILL for --minutes (1), ten times at least,
         and PostgreSQL once. On PGlite the database dies with its orchestrator.
outage   One of three providers is killed for good; how many of --requests (2000) are answered?
rollout  Versions on two GPU nodes are rolled out under load; orchestrator, Temporal server and a node are each killed in
         each phase of a rollout. On PostgreSQL.

--seed   repeats the faults, the requests and the kills of an earlier run; drawn and shown when absent
--store  where the ledger is; default postgres

The last line on standard output holds the figures. The exit code is 1 when anything is off.`

/** Reads the command line; a string is what to say instead. @throws Error that says what is wrong */
export function readOptions(args: readonly string[]): ChaosOptions | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      requests: { type: 'string' },
      store: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return HELP
  const [name = 'storm', ...rest] = positionals
  const subcommand = SUBCOMMANDS.find((known) => known === name)
  if (rest.length > 0 || subcommand === undefined) {
    throw new Error(`there is no ${positionals.join(' ')}: ${SUBCOMMANDS.join(', ')}`)
  }
  const store = STORES.find((known) => known === (values.store ?? 'postgres'))
  if (store === undefined) throw new Error(`--store must be one of ${STORES.join(', ')}`)
  return {
    subcommand,
    store,
    seed: readNumber('seed', values.seed ?? String(randomInt(1_000_000)), /^\d+$/),
    minutes: readNumber('minutes', values.minutes ?? '1', /^\d+(\.\d+)?$/),
    requests: readNumber(
      'requests',
      values.requests ?? (subcommand === 'storm' ? '300' : '2000'),
      /^[1-9]\d*$/,
    ),
  }
}

function readNumber(name: string, text: string, form: RegExp): number {
  if (!form.test(text)) throw new Error(`--${name} cannot be ${JSON.stringify(text)}`)
  return Number(text)
}
