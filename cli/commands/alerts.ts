import { alertDetailsText, alertTable, testText } from '../render/alert-list.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { userInfo } from 'node:os'
import { wholeNumber } from '../option-values.ts'
import { withSession } from '../session.ts'

const LISTED = 50

/** Adds `alerts` and what stands below it. */
export function addAlertsCommands(program: Command, runner: CommandRunner): void {
  const alerts = program.command('alerts').description('what is not as it should be, and who was told')
  addListCommand(alerts, runner)
  addShowCommand(alerts, runner)
  addTestCommand(alerts, runner)
  addAcknowledgeCommand(alerts, runner)
}

function addListCommand(alerts: Command, runner: CommandRunner): void {
  alerts
    .command('list')
    .description('show the alerts that are open, the newest first')
    .option('--all', 'resolved ones too')
    .option('--limit <count>', 'at most so many', wholeNumber(1), LISTED)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard alerts list\n  switchyard alerts list --all --limit 200\n' +
        "  switchyard alerts list --json | jq '.alerts[].alert.fingerprint'",
    )
    .action(
      async ({ all = false, limit }: { readonly all?: boolean; readonly limit: number }, command: Command) =>
        runner.run(command, ({ options, print }) =>
          withSession(options, async ({ switchyard }) => {
            const list = await switchyard.listAlerts({ resolvedToo: all, limit })
            print(list, () => alertTable(list))
          }),
        ),
    )
}

function addShowCommand(alerts: Command, runner: CommandRunner): void {
  alerts
    .command('show')
    .description('show one alert with the messages about it')
    .argument('<alert>', 'its id or its fingerprint')
    .addHelpText('after', '\nExample:\n  switchyard alerts show budget/day/acme/2026-11-21/80')
    .action(async (alert: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const details = await switchyard.showAlert(alert)
          print(details, () => alertDetailsText(details))
        }),
      ),
    )
}

interface ByFlags {
  readonly by?: string
  readonly comment?: string
}

function addTestCommand(alerts: Command, runner: CommandRunner): void {
  alerts
    .command('test')
    .description('send a message to the log and every webhook, the way of every alert')
    .option('--by <name>', 'who wants to see it (default: the user of this machine)')
    .addHelpText('after', '\nExample:\n  switchyard alerts test')
    .action(async ({ by = userInfo().username }: ByFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const details = await switchyard.testAlerts(by)
          print(details, () => testText(details))
        }),
      ),
    )
}

function addAcknowledgeCommand(alerts: Command, runner: CommandRunner): void {
  alerts
    .command('ack')
    .description('say that somebody has seen an alert; it stays open until what is wrong is over')
    .argument('<alert>', 'its id or its fingerprint')
    .option('--by <name>', 'who has seen it (default: the user of this machine)')
    .option('--comment <text>', 'what is done about it')
    .addHelpText(
      'after',
      '\nExample:\n  switchyard alerts ack spend-anomaly/acme --comment "a migration, until tonight"',
    )
    .action(async (alert: string, { by = userInfo().username, comment }: ByFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const request = { alert, by, ...(comment === undefined ? {} : { comment }) }
          const record = await switchyard.acknowledgeAlert(request)
          print(record, `${record.subject}: seen by ${by}`)
        }),
      ),
    )
}
