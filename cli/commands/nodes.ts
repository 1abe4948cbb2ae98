import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { nodeTable } from '../render/node-list.ts'
import { withSession } from '../session.ts'

const EXAMPLES = `
Examples:
  switchyard nodes
  switchyard nodes --json | jq '.nodes[] | {nodeId, state, versions: [.versions[].phase]}'`

/** Adds `nodes`. */
export function addNodesCommand(program: Command, runner: CommandRunner): void {
  program
    .command('nodes')
    .description('show the GPU nodes: memory, the versions on each, slots, queues and speed')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const list = await switchyard.nodes()
          print(list, () => nodeTable(list))
        }),
      ),
    )
}
