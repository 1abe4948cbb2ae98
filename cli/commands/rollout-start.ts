import {
  addRolloutOptions,
  operatorOf,
  readRolloutOptions,
  ROLLOUT_PLAN_HELP,
  type RolloutFlags,
} from '../rollout-options.ts'
import { workflowLink, withSession } from '../session.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { rolloutPlanText } from '../render/rollout-plan.ts'

interface StartFlags extends RolloutFlags {
  readonly dryRun?: boolean
  readonly id?: string
}

const EXAMPLES = `
Examples:
  switchyard rollout start chat-small 2026-11-20 --dry-run
  switchyard rollout start chat-small 2026-11-20 --start-percent 1 --observe 10m --advance evidence
  switchyard rollout start chat-small 2026-11-20 --strategy shadow --mirror-percent 20`

/** Adds `rollout start`. */
export function addRolloutStartCommand(rollout: Command, runner: CommandRunner): void {
  addRolloutOptions(rollout.command('start').description('start a rollout, or print what it would do'))
    .option('--dry-run', 'only print the plan')
    .option('--id <id>', 'the id of its workflow')
    .addHelpText('after', `${ROLLOUT_PLAN_HELP}\n${EXAMPLES}`)
    .action(async (model: string, version: string, { dryRun, id, ...flags }: StartFlags, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const request = await readRolloutOptions(model, version, flags)
        return withSession(options, async (session) => {
          const { switchyard } = session
          const plan = await switchyard.planRollout(request)
          if (dryRun === true) {
            print({ plan }, () => rolloutPlanText(plan))
            return
          }
          const identity = { by: operatorOf(flags), ...(id === undefined ? {} : { rolloutId: id }) }
          const { rolloutId } = await switchyard.startRollout(request, identity)
          const link = workflowLink(session, rolloutId)
          print({ rolloutId, plan, ...(link === undefined ? {} : { link }) }, () =>
            [
              `Rollout ${rolloutId} is under way: ${version} of ${model} is being prepared.`,
              `Follow it with: switchyard rollout status ${rolloutId} --watch`,
              ...(link === undefined ? [] : [`In the Temporal UI: ${link}`]),
            ].join('\n'),
          )
        })
      }),
    )
}

/** Adds `rollout trigger`. */
export function addRolloutTriggerCommand(rollout: Command, runner: CommandRunner): void {
  addRolloutOptions(
    rollout
      .command('trigger')
      .description(
        'make a paused schedule rollout-<model>: its Trigger in the Temporal UI starts the rollout',
      ),
  )
    .addHelpText(
      'after',
      `${ROLLOUT_PLAN_HELP}\n\nExample:\n  switchyard rollout trigger chat-small 2026-11-20`,
    )
    .action(async (model: string, version: string, flags: RolloutFlags, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const request = await readRolloutOptions(model, version, flags)
        return withSession(options, async ({ switchyard }) => {
          const scheduleId = await switchyard.createRolloutTrigger(request, { by: operatorOf(flags) })
          print(
            { scheduleId },
            `The schedule ${scheduleId} stands in the Temporal UI under Schedules; Trigger starts the rollout.`,
          )
        })
      }),
    )
}
