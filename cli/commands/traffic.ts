import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { trafficText } from '../render/traffic.ts'
import { withSession } from '../session.ts'

const EXAMPLES = `
Examples:
  switchyard traffic chat-small
  switchyard traffic chat-small --json | jq '.state.history[-1]'`

/** Adds `traffic`. */
export function addTrafficCommand(program: Command, runner: CommandRunner): void {
  program
    .command('traffic')
    .description("show how a model's traffic is shared out, who may change that, and what was decided")
    .argument('<model>', 'a model of the catalog')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const [report = { model }] = await switchyard.traffic({ model })
          print(report, () => trafficText(report))
        }),
      ),
    )
}
