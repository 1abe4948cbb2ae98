import { addScheduleDriveCommands } from './schedules-drive.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { loadConfig } from '../../workers/dev-settings.ts'
import { NoWorkerError } from '../../client/errors.ts'
import { readYamlFile } from '../read-yaml-file.ts'
import { scheduleListText } from '../render/schedule-list.ts'
import { schedulePlanText } from '../render/schedule-plan.ts'
import type { Switchyard } from '../../client/switchyard.ts'
import { UsageError } from '../cli-error.ts'
import { withSession } from '../session.ts'

interface ApplyFlags {
  readonly file?: string
  readonly dryRun?: boolean
}

/** Adds `schedules` and what stands below it. */
export function addSchedulesCommands(program: Command, runner: CommandRunner): void {
  const schedules = program
    .command('schedules')
    .description('maintenance that runs by itself: what there is, when it runs, how it went')
  addApplyCommand(schedules, runner)
  addListCommand(schedules, runner)
  addScheduleDriveCommands(schedules, runner)
}

function addApplyCommand(schedules: Command, runner: CommandRunner): void {
  schedules
    .command('apply')
    .description('have Temporal hold what a file declares: adds, changes and removes schedules')
    .option(
      '--file <path>',
      'a YAML file (default: SWITCHYARD_SCHEDULES, else the one that comes with Switchyard)',
    )
    .option('--dry-run', 'only show what would change')
    .addHelpText(
      'after',
      '\nWhether a schedule is paused stays as it is.\n\nExamples:\n  switchyard schedules apply --dry-run\n' +
        '  switchyard schedules apply --file production-schedules.yaml',
    )
    .action(async ({ file, dryRun = false }: ApplyFlags, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const declared = await readYamlFile(file ?? defaultFile())
        return withSession(options, async ({ switchyard }) => {
          const plan = dryRun
            ? await switchyard.planSchedules(declared)
            : await switchyard.applySchedules(declared)
          print({ ...plan, dryRun }, () => schedulePlanText(plan, dryRun))
        })
      }),
    )
}

function defaultFile(): string {
  const { schedulesPath } = loadConfig()
  if (schedulesPath !== undefined) return schedulesPath
  throw new UsageError('SWITCHYARD_SCHEDULES is none: there is no file to apply', 'Name one with --file.')
}

function addListCommand(schedules: Command, runner: CommandRunner): void {
  schedules
    .command('list')
    .description('show schedules with their next and last runs, and the versions that are looked after')
    .addHelpText(
      'after',
      "\nExamples:\n  switchyard schedules list\n  switchyard schedules list --json | jq '.versions[] | {model, version, status}'",
    )
    .action(async (_flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const [list, report] = await Promise.all([switchyard.schedules(), reportOf(switchyard)])
          print({ ...list, ...report }, () => scheduleListText(list, report))
        }),
      ),
    )
}

/** Schedules can be seen although no worker is there to say what it looks after. */
async function reportOf(switchyard: Switchyard) {
  try {
    return await switchyard.maintenance()
  } catch (error) {
    if (error instanceof NoWorkerError) return undefined
    throw error
  }
}
