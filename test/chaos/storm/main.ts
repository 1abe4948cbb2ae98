import { type ChaosOptions, HELP, readOptions } from './read-options.ts'
import { runOutage } from './run-outage.ts'
import { runStorm } from './run-storm.ts'

const INTERRUPTED = 130
const MISUSED = 2

// What was started dies with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))

async function run({ subcommand, minutes, requests, ...shared }: ChaosOptions): Promise<boolean> {
  const startedAtMs = performance.now()
  const onProgress = (line: string) =>
    console.error(`${((performance.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`)
  onProgress(`seed ${shared.seed}`)
  const { mismatches, line } =
    subcommand === 'storm'
      ? await runStorm({ ...shared, minutes, width: requests, onProgress })
      : await runOutage({ ...shared, requests, onProgress })
  for (const mismatch of mismatches) console.error(`OFF: ${mismatch}`)
  console.log(line)
  return mismatches.length === 0
}

function optionsOrEnd(): ChaosOptions {
  try {
    const options = readOptions(process.argv.slice(2))
    if (typeof options !== 'string') return options
    console.log(options)
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(MISUSED)
  }
}

const isRight = await run(optionsOrEnd())
process.exit(isRight ? 0 : 1)
