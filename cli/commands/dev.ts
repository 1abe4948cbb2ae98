import type { Command } from 'commander'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { type DevPorts, type ReachedDevSystem, startOwnDevSystem } from '../dev-system.ts'
import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { wholeNumber } from '../option-values.ts'

interface DevFlags extends DevPorts {
  readonly catalog?: string
}

const EXAMPLES = `
Examples:
  switchyard dev
  switchyard dev --data-dir /tmp/try --ui-port 8233
  TEMPORAL_ADDRESS=localhost:7233 switchyard dev   # workers only, on a server of your own

Everything it keeps stands in one folder, and survives a restart. Providers join when their key is in the
environment (see \`switchyard models\`).`

/** Adds `dev`. */
export function addDevCommand(program: Command, runner: CommandRunner): void {
  program
    .command('dev')
    .description('run everything in one process: Temporal, database, local model, workers')
    .option('--catalog <path>', 'the catalog (default: SWITCHYARD_CATALOG, else the one that comes along)')
    .option('--port <number>', 'of Temporal (default: any free one)', wholeNumber(1))
    .option('--ui-port <number>', 'of the Temporal UI (default: any free one)', wholeNumber(1))
    .option('--health-port <number>', 'of /health and /ready (default: none)', wholeNumber(1))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DevFlags, command: Command) =>
      runner.run(command, (context) => runDev(context, flags)),
    )
}

async function runDev(context: CommandContext, { catalog, ...ports }: DevFlags): Promise<ExitCode> {
  const { options, terminal, print } = context
  const interrupt = listenForInterrupt()
  const start = startOwnDevSystem(options, terminal, {
    ...ports,
    ...(catalog === undefined ? {} : { catalogPath: catalog }),
  })
  const started = await orInterrupted(start, interrupt)
  // Half-started parts end with this process.
  if (started === 'interrupted') return EXIT_CODES.interrupted
  const system = started.value
  try {
    print({ ...system.facts, logFile: system.logFile, pid: process.pid }, () => readyText(system))
    await orInterrupted(system.ended, interrupt)
    terminal.note('Stopping; what was accepted goes on at the next start.')
  } finally {
    await system.stop()
  }
  return EXIT_CODES.ok
}

function readyText({ facts, logFile }: ReachedDevSystem): string {
  const { address, uiUrl } = facts
  return [
    `Switchyard runs. Temporal at ${address}, logs in ${logFile ?? ''}.`,
    ...(uiUrl === undefined ? [] : [`Temporal UI: ${uiUrl}`]),
    '',
    'In another terminal:',
    '  npm run switchyard -- call "What is the capital of France?"',
    '  npm run switchyard -- task run "Compare solar, wind and hydro power for a small island"',
    '  npm run switchyard -- costs',
    '',
    'Ctrl-C stops it.',
  ].join('\n')
}
