import { decimal, duration, wholeNumber } from '../option-values.ts'
import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { optimisationRunTable, optimisationText } from '../render/optimisation.ts'
import { workflowLink, withSession } from '../session.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { OPTIMISATION_ACTIONS } from '../../domain/optimisation/actions.ts'
import { type OptimiseFlags, readOptimiseOptions } from '../optimise-options.ts'
import { watchOptimisation } from '../watch/watch-optimisation.ts'

const RUN_EXAMPLES = `
Actions, all but threads without a choice: ${OPTIMISATION_ACTIONS.join(', ')}.
Settings of local models are tried on shadow hosts; a better one becomes a version of the catalog, which a rollout moves traffic to.

Examples:
  switchyard optimise run --dry-run
  switchyard optimise run concurrency batch-size --model smol --rounds 10
  switchyard optimise run concurrency --model smol --try-slots 2,4,8 --apply
  switchyard optimise run quantisation --model smol --compare-with q8-0
  switchyard optimise run ledger-roll-up --keep-days 90`

/** Adds `optimise` and what stands below it. */
export function addOptimiseCommands(program: Command, runner: CommandRunner): void {
  const optimise = program
    .command('optimise')
    .description('try what makes local models faster and the system leaner, and keep what helped')
    .addHelpText('after', RUN_EXAMPLES)
  addRunCommand(optimise, runner)
  addListCommand(optimise, runner)
  addShowCommand(optimise, runner)
}

function addRunCommand(optimise: Command, runner: CommandRunner): void {
  optimise
    .command('run')
    .description('start an optimisation and follow it; it runs on, whatever happens to this terminal')
    .argument('[actions...]', 'what to optimise (default: everything but threads)')
    .option('--model <name>', 'this model only')
    .option('--version <name>', 'this version of it (default: the stable one)')
    .option('--dry-run', 'measure, and change nothing')
    .option('--apply', 'start a rollout for what is better, where the catalog has the version')
    .option('--rounds <count>', 'how often each setting is measured', wholeNumber(3))
    .option('--requests <count>', 'requests in each round', wholeNumber(1))
    .option('--parallel <count>', 'requests under way at a time', wholeNumber(1))
    .option('--output-tokens <count>', 'tokens that each generates', wholeNumber(1))
    .option('--try-slots <counts>', 'slots to try, e.g. 2,4')
    .option('--try-batch <counts>', 'batch sizes to try, in tokens')
    .option('--try-threads <counts>', 'threads to try')
    .option('--minimum-gain <share>', 'the least gain that counts (default 0.05)', decimal(0, 10))
    .option('--compare-with <versions>', 'versions with other weights, e.g. q4-0,q8-0')
    .option('--idle-for <time>', 'unload versions that had no traffic for so long, e.g. 2d', duration)
    .option('--keep-days <days>', 'sum up what ended longer ago, at least 31', wholeNumber(31))
    .option('--by <name>', 'who starts it (default: the user of this machine)')
    .option('--no-wait', 'return as soon as it has started')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (actions: readonly string[], flags: OptimiseFlags, command: Command) =>
      runner.run(command, ({ options, terminal, print }) => {
        const input = readOptimiseOptions(actions, flags)
        return withSession(options, async (session): Promise<ExitCode> => {
          const { switchyard } = session
          const started = await switchyard.startOptimisation(input)
          const { workflowId, runId } = started
          const link = workflowLink(session, workflowId)
          if (flags.wait === false) {
            print({ workflowId, runId, ...(link === undefined ? {} : { link }) }, () =>
              [`Optimisation ${runId} is under way.`, `See it with: switchyard optimise show ${runId}`].join(
                '\n',
              ),
            )
            return EXIT_CODES.ok
          }
          if (link !== undefined) terminal.note(`In the Temporal UI: ${link}`)
          const interrupt = listenForInterrupt()
          const end = await orInterrupted(watchOptimisation(started, terminal, interrupt.signal), interrupt)
          if (end === 'interrupted') return EXIT_CODES.interrupted
          const run = await switchyard.optimisation(runId)
          print(run, () => optimisationText(run))
          return EXIT_CODES.ok
        })
      }),
    )
}

function addListCommand(optimise: Command, runner: CommandRunner): void {
  optimise
    .command('list')
    .description('show what was optimised, the newest first')
    .action(async (_flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const runs = await switchyard.listOptimisations()
          print({ runs }, () => optimisationRunTable(runs))
        }),
      ),
    )
}

function addShowCommand(optimise: Command, runner: CommandRunner): void {
  optimise
    .command('show')
    .description('show what one run measured, before and after, and what came of it')
    .argument('[id]', 'its run id (default: the last one)')
    .addHelpText(
      'after',
      "\nExamples:\n  switchyard optimise show\n  switchyard optimise show --json | jq '.results[].proposal.snippet'",
    )
    .action(async (id: string | undefined, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const run = await switchyard.optimisation(id)
          print(run, () => optimisationText(run))
        }),
      ),
    )
}
