import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { STORES, type StormStore } from './plan-storm.ts'
import { runOutage } from './run-outage.ts'
import { runStorm } from './run-storm.ts'

const HELP = `Kills processes under load and holds the ledger against what the providers have served.

  npm run chaos -- [storm] [--seed N] [--minutes M] [--requests N] [--store postgres|pglite]
  npm run chaos -- outage [--seed N] [--requests N] [--store postgres|pglite]

storm    Requests in flight (--requests, 300 at the same time) over three simulated providers that make faults, while
         orchestrator, cloud worker and Temporal server are killed by SIGKILL for --minutes (1), ten times at least,
         and PostgreSQL once. On PGlite the database dies with its orchestrator.
outage   One of three providers is killed for good; how many of --requests (2000) are answered?

--seed   repeats the faults, the requests and the kills of an earlier run; drawn and shown when absent
--store  where the ledger is; default postgres

The last line on standard output are the figures. The exit code is 1 when anything is off.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    minutes: { type: 'string', default: '1' },
    requests: { type: 'string' },
    store: { type: 'string', default: 'postgres' },
    help: { type: 'boolean', default: false },
  },
})
const [subcommand = 'storm', ...rest] = positionals
const seed = Number(values.seed)
const minutes = Number(values.minutes)
const requests = values.requests === undefined ? undefined : Number(values.requests)
const store = STORES.find((name) => name === values.store)

if (values.help) {
  console.log(HELP)
} else {
  const isUsable =
    Number.isInteger(seed) &&
    minutes >= 0 &&
    (requests === undefined || (Number.isInteger(requests) && requests > 0))
  if (!isUsable || store === undefined || rest.length > 0 || !['storm', 'outage'].includes(subcommand)) {
    console.error(HELP)
    process.exit(2)
  }
  await run(store)
}

// What was started dies with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

async function run(chosenStore: StormStore): Promise<void> {
  const startedAtMs = performance.now()
  const onProgress = (line: string) =>
    console.error(`${((performance.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`)
  const shared = { seed, store: chosenStore, onProgress }
  onProgress(`seed ${seed}`)
  const { mismatches, line } =
    subcommand === 'storm'
      ? await runStorm({ ...shared, minutes, width: requests ?? 300 })
      : await runOutage({ ...shared, requests: requests ?? 2_000 })
  for (const mismatch of mismatches) console.error(`OFF: ${mismatch}`)
  console.log(line)
  process.exit(mismatches.length === 0 ? 0 : 1)
}
