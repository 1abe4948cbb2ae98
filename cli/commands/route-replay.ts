import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { EXIT_CODES } from '../cli-error.ts'
import { replayText } from '../render/decision-replay.ts'
import { withSession } from '../session.ts'

const EXAMPLES = `
Examples:
  switchyard route replay order-4711                     # a call, by its request id
  switchyard route replay task/acme/migration-1/subtask/s1

Ends with exit code 1 when the decision comes out different.`

/** Adds `route replay`. */
export function addReplayCommand(route: Command, runner: CommandRunner): void {
  route
    .command('replay')
    .description('make the decision of an operation again from what was stored with it, and compare')
    .argument('<operation>', 'the operation id, or the request id of a call')
    .addHelpText('after', EXAMPLES)
    .action(async (operation: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard, tenant }) => {
          const replay = await switchyard.replayDecision(operation, { tenant })
          print(replay, () => replayText(replay))
          return replay.isSame ? EXIT_CODES.ok : EXIT_CODES.failed
        }),
      ),
    )
}
