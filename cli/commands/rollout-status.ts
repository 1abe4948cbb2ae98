import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { rolloutStatusText, rolloutTable } from '../render/rollout-status.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { watchRollout } from '../watch/watch-rollout.ts'
import { withSession } from '../session.ts'

const STATUS_EXAMPLES = `
Examples:
  switchyard rollout status chat-small
  switchyard rollout status chat-small --watch
  switchyard rollout status chat-small --json | jq '.state.evidence'`

/** Adds `rollout status`. */
export function addRolloutStatusCommand(rollout: Command, runner: CommandRunner): void {
  rollout
    .command('status')
    .description('show shares, counts and evidence against their bounds, and what comes next')
    .argument('<model or id>', 'the last rollout of this model, or the one with this workflow id')
    .option('--watch', 'follow it until it has ended')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (modelOrId: string, { watch }: { readonly watch?: boolean }, command: Command) =>
      runner.run(command, ({ options, terminal, print }) =>
        withSession(options, async ({ switchyard }): Promise<ExitCode> => {
          const handle = await switchyard.rollout(modelOrId)
          const { rolloutId } = handle
          if (watch === true) {
            const interrupt = listenForInterrupt()
            const end = await orInterrupted(watchRollout(handle, terminal, interrupt.signal), interrupt)
            if (end === 'interrupted') return EXIT_CODES.interrupted
          }
          const state = await handle.state()
          print({ rolloutId, state }, () => rolloutStatusText(state, rolloutId))
          return EXIT_CODES.ok
        }),
      ),
    )
}

/** Adds `rollout list`. */
export function addRolloutListCommand(rollout: Command, runner: CommandRunner): void {
  rollout
    .command('list')
    .description('show the rollouts that Temporal still knows, the newest first')
    .argument('[model]', 'only those of this model')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard rollout list\n  switchyard rollout list chat-small --json',
    )
    .action(async (model: string | undefined, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const rollouts = await switchyard.listRollouts(model)
          print({ rollouts }, () => rolloutTable(rollouts))
        }),
      ),
    )
}
