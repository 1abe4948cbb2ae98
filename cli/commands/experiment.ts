import { duration, wholeNumber } from '../option-values.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { experimentTable, experimentText } from '../render/experiment.ts'
import { readExperiment } from '../read-experiment.ts'
import { UsageError } from '../cli-error.ts'
import { userInfo } from 'node:os'
import { withSession } from '../session.ts'

const EXAMPLES = `
The file, in YAML or JSON, for versions of a model:
  id: small-1
  kind: model-versions
  model: chat-small
  metric: answered-well      # or refused, schema-valid, feedback-good, score, latency-ms, cost-nano-usd
  variants: [{ name: "2026-10-01" }, { name: "2026-11-20" }]

and for prompts, which requests with "experiment": "greeting-1" get:
  id: greeting-1
  kind: prompts
  metric: feedback-good
  variants:
    - name: plain
    - { name: warm, systemPrompt: Be warm., settings: { temperature: 0.4 } }

Examples:
  switchyard experiment start greeting.yaml
  switchyard experiment status greeting-1
  switchyard experiment stop greeting-1 --comment "enough seen"`

/** Adds `experiment` and what stands below it. */
export function addExperimentCommands(program: Command, runner: CommandRunner): void {
  const experiment = program
    .command('experiment')
    .description('compare versions of a model, or prompts, on real requests')
    .addHelpText('after', EXAMPLES)
  addStartCommand(experiment, runner)
  addStatusCommand(experiment, runner)
  addStopCommand(experiment, runner)
  addExtendCommand(experiment, runner)
  addListCommand(experiment, runner)
}

function addStartCommand(experiment: Command, runner: CommandRunner): void {
  experiment
    .command('start')
    .description('start an experiment; it runs on, whatever happens to this terminal')
    .argument('<file>', 'what is compared, as YAML or JSON')
    .option('--by <name>', 'who starts it (default: the user of this machine)')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { by = userInfo().username }: { readonly by?: string }, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const request = await readExperiment(file)
        return withSession(options, async ({ switchyard }) => {
          const state = await switchyard.startExperiment(request, { by })
          print(state, () => experimentText(state))
        })
      }),
    )
}

function addStatusCommand(experiment: Command, runner: CommandRunner): void {
  experiment
    .command('status')
    .description('show what the last look found')
    .argument('<id>', 'the experiment')
    .addHelpText(
      'after',
      "\nExamples:\n  switchyard experiment status greeting-1\n  switchyard experiment status greeting-1 --json | jq '.state.report.comparisons'",
    )
    .action(async (id: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const record = await switchyard.experiment(id)
          print(record, () => experimentText(record.state))
        }),
      ),
    )
}

interface StopFlags {
  readonly by?: string
  readonly comment?: string
}

function addStopCommand(experiment: Command, runner: CommandRunner): void {
  experiment
    .command('stop')
    .description('end an experiment as it stands; traffic goes back to the stable version')
    .argument('<id>', 'the experiment')
    .option('--by <name>', 'who stops it (default: the user of this machine)')
    .option('--comment <text>', 'why')
    .action(async (id: string, { by = userInfo().username, comment }: StopFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const reason = comment === undefined ? {} : { comment }
          const state = await switchyard.stopExperiment(id, { by, ...reason })
          print(state, () => experimentText(state))
        }),
      ),
    )
}

interface ExtendFlags {
  readonly by?: string
  readonly for?: number
  readonly units?: number
}

function addExtendCommand(experiment: Command, runner: CommandRunner): void {
  experiment
    .command('extend')
    .description('give an experiment more time or units; every look stays valid')
    .argument('<id>', 'the experiment')
    .option('--for <time>', 'so much longer, e.g. 7d', duration)
    .option('--units <count>', 'so many more', wholeNumber(1))
    .option('--by <name>', 'who extends it (default: the user of this machine)')
    .action(async (id: string, flags: ExtendFlags, command: Command) =>
      runner.run(command, ({ options, print }) => {
        const { by = userInfo().username, for: durationMs, units } = flags
        if (durationMs === undefined && units === undefined) {
          throw new UsageError('there is nothing to extend', 'Give --for, --units or both.')
        }
        return withSession(options, async ({ switchyard }) => {
          const more = {
            ...(durationMs === undefined ? {} : { durationMs }),
            ...(units === undefined ? {} : { units }),
          }
          const state = await switchyard.extendExperiment(id, { by, ...more })
          print(state, () => experimentText(state))
        })
      }),
    )
}

function addListCommand(experiment: Command, runner: CommandRunner): void {
  experiment
    .command('list')
    .description('show the experiments, the newest first')
    .action(async (_flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const experiments = await switchyard.listExperiments()
          print({ experiments }, () => experimentTable(experiments))
        }),
      ),
    )
}
