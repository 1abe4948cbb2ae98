import { type Command, Option } from 'commander'
import { BUDGET_PERIODS, SPENT_POLICIES, type SpentPolicy } from '../../domain/budget/budget.ts'
import { budgetTable } from '../render/budget-list.ts'
import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import type { CommandRunner } from '../command-context.ts'
import type { NanoUsd } from '../../domain/money.ts'
import { amount } from '../option-values.ts'
import { UsageError } from '../cli-error.ts'
import { withSession } from '../session.ts'

interface SetFlags {
  readonly user?: string
  readonly day?: NanoUsd
  readonly month?: NanoUsd
  readonly whenSpent?: SpentPolicy
}

const EXAMPLES = `
When a budget has no room for a call:
  reject   the call ends with a refusal that says what is left and when it resets (default)
  wait     the call waits until there is room, at the latest until the window resets
  ask      a person decides: switchyard budgets approve, or switchyard task approve

Examples:
  switchyard budgets set --tenant acme --day 5usd
  switchyard budgets set --tenant acme --user ada --day 0.25 --month 5usd --when-spent wait`

/** Adds `budgets set`. */
export function addBudgetsSetCommand(budgets: Command, runner: CommandRunner): void {
  budgets
    .command('set')
    .description('set or change a budget; it counts calls that are admitted from then on')
    .option('--user <id>', 'for this user instead of the whole tenant')
    .option('--day <amount>', 'US dollars for each calendar day in UTC', amount)
    .option('--month <amount>', 'US dollars for each calendar month in UTC', amount)
    .addOption(
      new Option('--when-spent <policy>', 'what follows when there is no room').choices(SPENT_POLICIES),
    )
    .addHelpText('after', EXAMPLES)
    .action(async ({ user, whenSpent, ...caps }: SetFlags, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const given = BUDGET_PERIODS.flatMap((window) => {
          const capNanoUsd = caps[window]
          return capNanoUsd === undefined ? [] : [{ window, capNanoUsd }]
        })
        if (given.length === 0) {
          throw new UsageError('there is no amount', 'Give --day, --month or both, such as --day 5usd.')
        }
        return withSession(options, async ({ switchyard, tenant }) => {
          const statuses: BudgetStatus[] = []
          for (const cap of given) {
            const policy = whenSpent === undefined ? {} : { whenSpent }
            const owner = user === undefined ? { tenant } : { tenant, user }
            // oxlint-disable-next-line no-await-in-loop -- what was set before a failure is known
            statuses.push(await switchyard.setBudget({ ...owner, ...cap, ...policy }))
          }
          print({ budgets: statuses }, () => budgetTable(statuses))
        })
      }),
    )
}
