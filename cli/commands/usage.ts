import { type Command, Option } from 'commander'
import { USAGE_GROUPINGS, type UsageGrouping, usageTable } from '../render/usage-report.ts'
import type { CommandRunner } from '../command-context.ts'
import { DEFAULT_USAGE_MINUTES } from '../../domain/usage-report.ts'
import { wholeNumber } from '../option-values.ts'
import { withSession } from '../session.ts'

interface UsageFlags {
  readonly minutes: number
  readonly by: UsageGrouping
}

const EXAMPLES = `
Examples:
  switchyard usage
  switchyard usage --minutes 5 --by endpoint
  switchyard usage --tenant acme
  switchyard usage --json | jq .totals.requestsPerMinute`

/** Adds `usage`. */
export function addUsageCommand(program: Command, runner: CommandRunner): void {
  program
    .command('usage')
    .description('show what was used lately: requests, tokens, cost and times of the last hour')
    .option('--minutes <count>', 'how far back, a week at most', wholeNumber(1), DEFAULT_USAGE_MINUTES)
    .addOption(new Option('--by <grouping>', 'rows of the table').choices(USAGE_GROUPINGS).default('model'))
    .addHelpText('after', EXAMPLES)
    .action(async ({ minutes, by }: UsageFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const report = await switchyard.usage({
            minutes,
            ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
          })
          print(report, () => usageTable(report, by))
        }),
      ),
    )
}
