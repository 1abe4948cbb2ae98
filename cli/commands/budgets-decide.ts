import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { decisionText } from '../render/decision.ts'
import { userInfo } from 'node:os'
import { withSession } from '../session.ts'

interface DecisionFlags {
  readonly by?: string
  readonly comment?: string
}

const DESCRIPTIONS = {
  approve: 'let a call go over its budget',
  reject: 'refuse a call that asks to go over its budget',
} as const

/** Adds `budgets approve` and `budgets reject`. */
export function addBudgetsDecideCommands(budgets: Command, runner: CommandRunner): void {
  addDecision(budgets, runner, 'approve')
  addDecision(budgets, runner, 'reject')
}

function addDecision(budgets: Command, runner: CommandRunner, decision: keyof typeof DESCRIPTIONS): void {
  budgets
    .command(decision)
    .description(`${DESCRIPTIONS[decision]}; for a step of a task see \`task ${decision}\``)
    .argument('<request id>', 'the id of the call')
    .option('--by <name>', 'who decides (default: the user of this machine)')
    .option('--comment <text>', 'why')
    .addHelpText(
      'after',
      `\nExamples:\n  switchyard budgets ${decision} invoice-17\n` +
        `  switchyard budgets ${decision} invoice-17 --tenant acme --by ada --comment "end of the month"`,
    )
    .action(async (requestId: string, flags: DecisionFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard, tenant }) => {
          const { by = userInfo().username, comment } = flags
          const decided = await switchyard.decideCall(requestId, {
            tenant,
            by,
            decision,
            ...(comment === undefined ? {} : { comment }),
          })
          print(decided, () => decisionText(requestId, decided))
        }),
      ),
    )
}
