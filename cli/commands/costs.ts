import { amount, instant, wholeNumber } from '../option-values.ts'
import { COST_GROUPINGS, type CostGrouping, costTable } from '../render/cost-report.ts'
import { type Command, Option } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { DEFAULT_EXPENSIVE_LIMIT } from '../../domain/cost-report.ts'
import type { NanoUsd } from '../../domain/money.ts'
import { withSession } from '../session.ts'

interface CostFlags {
  readonly since?: string
  readonly by: CostGrouping
  readonly expensive?: NanoUsd
  readonly limit: number
  readonly task?: string
}

const EXAMPLES = `
Examples:
  switchyard costs --since 7d
  switchyard costs --since 2026-11-01 --by user --tenant acme
  switchyard costs --since 1h --by endpoint
  switchyard costs --expensive 0.50 --limit 50       # operations that cost half a dollar or more
  switchyard costs --task migration-1 --by operation
  switchyard costs --json | jq .totals.costNanoUsd   # whole nano-dollars`

/** Adds `costs`. */
export function addCostsCommand(program: Command, runner: CommandRunner): void {
  program
    .command('costs')
    .description('show what was spent; every figure comes from the ledger')
    .option('--since <time>', 'how long back (7d, 12h) or a date (default: everything)', instant)
    .addOption(new Option('--by <grouping>', 'rows of the table').choices(COST_GROUPINGS).default('model'))
    .addOption(
      new Option('--expensive <usd>', 'operations that cost at least this much')
        .argParser(amount)
        .conflicts('by'),
    )
    .option(
      '--limit <count>',
      'operations to show at most, the dearest first',
      wholeNumber(1),
      DEFAULT_EXPENSIVE_LIMIT,
    )
    .option('--task <id>', 'only this task')
    .addHelpText('after', EXAMPLES)
    .action(async ({ since, by, expensive, limit, task }: CostFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const summary = await switchyard.costs({
            expensiveLimit: limit,
            ...(expensive === undefined ? {} : { expensiveFromNanoUsd: expensive }),
            ...(since === undefined ? {} : { since }),
            ...(task === undefined ? {} : { taskId: task }),
            ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
          })
          print(summary, () => costTable(summary, expensive === undefined ? by : 'operation', limit))
        }),
      ),
    )
}
