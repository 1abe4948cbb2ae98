import { type ChaosOptions, HELP, readOptions } from './read-options.ts'
import { createDatabase, startPostgres } from '../../fixtures/postgres.ts'
import { runOutage } from './run-outage.ts'
import { runRolloutKills } from '../rollout/run-rollout-kills.ts'
import { runStorm } from './run-storm.ts'
import { messageOf } from '../../../domain/message-of.ts'

const INTERRUPTED = 130
const MISUSED = 2

// What was started dies with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))

async function run(options: ChaosOptions): Promise<boolean> {
  const startedAtMs = performance.now()
  const onProgress = (line: string) =>
    console.error(`${((performance.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`)
  onProgress(`seed ${options.seed}`)
  const { mismatches, line } = await RUNS[options.subcommand]({ ...options, onProgress })
  for (const mismatch of mismatches) console.error(`OFF: ${mismatch}`)
  console.log(line)
  return mismatches.length === 0
}

interface ChaosReport {
  readonly mismatches: readonly string[]
  readonly line: string
}

type Run = (options: ChaosOptions & { readonly onProgress: (line: string) => void }) => Promise<ChaosReport>

const RUNS: Readonly<Record<ChaosOptions['subcommand'], Run>> = {
  storm: ({ requests, ...options }) => runStorm({ ...options, width: requests }),
  outage: runOutage,
  rollout: runWholeRolloutKills,
}

/** Every victim in every phase. */
async function runWholeRolloutKills({ seed, onProgress }: Parameters<Run>[0]): Promise<ChaosReport> {
  const server = await startPostgres()
  try {
    const databaseUrl = await createDatabase(server.url)
    return await runRolloutKills({ seed, isWhole: true, databaseUrl, onProgress })
  } finally {
    await server.stop()
  }
}

function optionsOrEnd(): ChaosOptions {
  try {
    const options = readOptions(process.argv.slice(2))
    if (typeof options !== 'string') return options
    console.log(options)
    process.exit(0)
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${HELP}`)
    process.exit(MISUSED)
  }
}

const isRight = await run(optionsOrEnd())
process.exit(isRight ? 0 : 1)
