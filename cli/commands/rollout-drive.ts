import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { decimal } from '../option-values.ts'
import { operatorOf } from '../rollout-options.ts'
import type { RolloutCommand } from '../../domain/rollout/machine/events.ts'
import { rolloutStatusText } from '../render/rollout-status.ts'
import { withSession } from '../session.ts'

interface DriveFlags {
  readonly by?: string
  readonly comment?: string
  readonly requestId?: string
}

interface Drive {
  readonly word: string
  readonly description: string
  readonly command: RolloutCommand
}

const DRIVES: readonly Drive[] = [
  {
    word: 'pause',
    description: 'stop the clock of the step; the guards go on',
    command: { name: 'pause' },
  },
  { word: 'resume', description: 'let a paused rollout go on', command: { name: 'resume' } },
  {
    word: 'promote',
    description: 'end the step now; before 100 % the evidence has to be there',
    command: { name: 'promote' },
  },
  {
    word: 'promote-full',
    description: 'give the new version everything now, at your own risk',
    command: { name: 'promote-full' },
  },
  { word: 'abort', description: 'give the stable version everything back', command: { name: 'abort' } },
  { word: 'retry', description: 'begin a rollout that went back anew', command: { name: 'retry' } },
  {
    word: 'extend',
    description: 'give an inconclusive step its time once more',
    command: { name: 'extend' },
  },
  {
    word: 'approve',
    description: 'answer an open gate: go on',
    command: { name: 'decide-gate', decision: 'approve' },
  },
  {
    word: 'reject',
    description: 'answer an open gate: roll back',
    command: { name: 'decide-gate', decision: 'reject' },
  },
]

/** Adds a command for everything that an operator may ask of a rollout. */
export function addRolloutDriveCommands(rollout: Command, runner: CommandRunner): void {
  for (const { word, description, command } of DRIVES) {
    addOptions(rollout.command(word).description(description))
      .addHelpText(
        'after',
        `\nExample:\n  switchyard rollout ${word} chat-small --comment "seen the answers"`,
      )
      .action(async (modelOrId: string, flags: DriveFlags, invoked: Command) =>
        drive(runner, invoked, modelOrId, command, flags),
      )
  }
  addOptions(
    rollout.command('set-weight').description('give the new version another share, not 100 %'),
    (command) => command.argument('<percent>', 'its share from now on', decimal(0, 100)),
  )
    .addHelpText('after', '\nExample:\n  switchyard rollout set-weight chat-small 20')
    .action(async (modelOrId: string, canaryPercent: number, flags: DriveFlags, invoked: Command) =>
      drive(runner, invoked, modelOrId, { name: 'set-weight', canaryPercent }, flags),
    )
}

function addOptions(command: Command, more: (command: Command) => Command = (same) => same): Command {
  return more(command.argument('<model or id>', 'the last rollout of this model, or the one with this id'))
    .option('--by <name>', 'who asks (default: the user of this machine)')
    .option('--comment <text>', 'why, for the record')
    .option('--request-id <id>', 'the same command under the same id is taken once')
}

async function drive(
  runner: CommandRunner,
  invoked: Command,
  modelOrId: string,
  command: RolloutCommand,
  { comment, requestId, ...flags }: DriveFlags,
): Promise<void> {
  return runner.run(invoked, ({ options, print }) =>
    withSession(options, async ({ switchyard }) => {
      const handle = await switchyard.rollout(modelOrId)
      const { rolloutId } = handle
      const state = await handle.command(command, {
        by: operatorOf(flags),
        ...(comment === undefined ? {} : { comment }),
        ...(requestId === undefined ? {} : { requestId }),
      })
      print({ rolloutId, state }, () => rolloutStatusText(state, rolloutId))
    }),
  )
}
