import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { decisionText } from '../render/decision.ts'
import { userInfo } from 'node:os'
import { withSession } from '../session.ts'

interface DecisionFlags {
  readonly approval?: string
  readonly by?: string
  readonly comment?: string
}

const DESCRIPTIONS = {
  approve: 'say yes to a pending approval',
  reject: 'say no to a pending approval',
} as const

/** Adds `task approve` and `task reject`. */
export function addTaskDecideCommands(task: Command, runner: CommandRunner): void {
  addDecision(task, runner, 'approve')
  addDecision(task, runner, 'reject')
}

function addDecision(task: Command, runner: CommandRunner, verb: keyof typeof DESCRIPTIONS): void {
  task
    .command(verb)
    .description(DESCRIPTIONS[verb])
    .argument('<id>', 'the task id')
    .option(
      '--approval <id>',
      'plan, subtask/<id> or budget/<step>; may be left out while exactly one is pending',
    )
    .option('--by <name>', 'who decides (default: the user of this machine)')
    .option('--comment <text>', 'why')
    .addHelpText(
      'after',
      `\nExamples:\n  switchyard task ${verb} migration-1\n` +
        `  switchyard task ${verb} migration-1 --approval subtask/s3 --by ada --comment "seen the draft"`,
    )
    .action(async (taskId: string, flags: DecisionFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard, tenant }) => {
          const { approval: approvalId, by = userInfo().username, comment } = flags
          const decided = await switchyard[verb](taskId, {
            tenant,
            by,
            ...(approvalId === undefined ? {} : { approvalId }),
            ...(comment === undefined ? {} : { comment }),
          })
          print(decided, () => decisionText(taskId, decided))
        }),
      ),
    )
}
