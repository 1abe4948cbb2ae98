import { addBudgetsDecideCommands } from './budgets-decide.ts'
import { addBudgetsSetCommand } from './budgets-set.ts'
import { BUDGET_PERIODS, describeBudget } from '../../domain/budget/budget.ts'
import { budgetTable } from '../render/budget-list.ts'
import type { Command } from 'commander'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { UsageError } from '../cli-error.ts'
import { withSession } from '../session.ts'

interface RemoveFlags {
  readonly user?: string
  readonly day?: boolean
  readonly month?: boolean
}

/** Adds `budgets` and what stands below it. */
export function addBudgetsCommands(program: Command, runner: CommandRunner): void {
  const budgets = program
    .command('budgets')
    .description('what tenants and users may spend in a day or a month')
  addListCommand(budgets, runner)
  addBudgetsSetCommand(budgets, runner)
  addRemoveCommand(budgets, runner)
  addBudgetsDecideCommands(budgets, runner)
}

function addListCommand(budgets: Command, runner: CommandRunner): void {
  budgets
    .command('list')
    .description('show each budget with what is spent, reserved and left in its current window')
    .option('--user <id>', 'only budgets of this user')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard budgets list\n  switchyard budgets list --tenant acme --user ada\n' +
        "  switchyard budgets list --json | jq '.budgets[].leftNanoUsd'   # whole nano-dollars",
    )
    .action(async ({ user }: { readonly user?: string }, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const list = await switchyard.listBudgets({
            ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
            ...(user === undefined ? {} : { user }),
          })
          print({ budgets: list }, () => budgetTable(list))
        }),
      ),
    )
}

function addRemoveCommand(budgets: Command, runner: CommandRunner): void {
  budgets
    .command('remove')
    .description('remove a budget; calls that wait for it go on')
    .option('--user <id>', 'the budget of this user instead of the whole tenant')
    .option('--day', "the day's budget")
    .option('--month', "the month's budget")
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard budgets remove --tenant acme --day\n' +
        '  switchyard budgets remove --tenant acme --user ada --day --month',
    )
    .action(async (flags: RemoveFlags, command: Command) =>
      runner.run(command, (context) => removeBudgets(flags, context)),
    )
}

async function removeBudgets(flags: RemoveFlags, { options, print }: CommandContext): Promise<void> {
  const { user } = flags
  const windows = BUDGET_PERIODS.filter((window) => flags[window] === true)
  if (windows.length === 0) {
    throw new UsageError('there is no window to remove', 'Give --day, --month or both.')
  }
  await withSession(options, async ({ switchyard, tenant }) => {
    const owner = user === undefined ? { tenant } : { tenant, user }
    const removed = await Promise.all(
      windows.map(async (window) => {
        const address = { ...owner, window }
        return { ...address, wasSet: await switchyard.removeBudget(address) }
      }),
    )
    const lines = removed.map(
      (address) => `${describeBudget(address)}: ${address.wasSet ? 'removed' : 'there was none'}`,
    )
    print({ removed }, lines.join('\n'))
  })
}
