import { InvalidArgumentError, type Command } from 'commander'
import { isRecord } from '../../domain/reading/composites.ts'
import { MAINTENANCE_KIND_NAMES } from '../../domain/maintenance/schedules/maintenance-kinds.ts'
import { workflowLink, withSession } from '../session.ts'
import type { CommandRunner } from '../command-context.ts'
import type { JsonObject } from '../../domain/json.ts'
import { operatorOf } from '../rollout-options.ts'
import { parseDuration } from '../../domain/duration.ts'

interface OrderFlags {
  readonly by?: string
  readonly comment?: string
}

interface OnceFlags {
  readonly at?: Date
  readonly input?: JsonObject
  readonly id?: string
}

/** Adds the commands that run, pause and resume maintenance. */
export function addScheduleDriveCommands(schedules: Command, runner: CommandRunner): void {
  schedules
    .command('trigger')
    .description("run a schedule's maintenance now, beside its times")
    .argument('<name>', 'a schedule of the list')
    .addHelpText('after', '\nExample:\n  switchyard schedules trigger health-check')
    .action(async (name: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          await switchyard.triggerSchedule(name)
          print({ name }, `${name} runs now. See: switchyard schedules list`)
        }),
      ),
    )
  addPauseCommand(schedules, runner, 'pause')
  addPauseCommand(schedules, runner, 'resume')
  addOnceCommand(schedules, runner)
}

const PAUSING = {
  pause: { description: 'let the times of a schedule pass without a run', done: 'is paused' },
  resume: { description: 'let a paused schedule run at its times again', done: 'runs at its times again' },
} as const

function addPauseCommand(schedules: Command, runner: CommandRunner, word: keyof typeof PAUSING): void {
  const { description, done } = PAUSING[word]
  schedules
    .command(word)
    .description(description)
    .argument('<name>', 'a schedule of the list')
    .option('--by <name>', 'who asks (default: the user of this machine)')
    .option('--comment <text>', 'why, for the others')
    .addHelpText('after', `\nExample:\n  switchyard schedules ${word} health-check --comment "moving a node"`)
    .action(async (name: string, { comment, ...flags }: OrderFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard }) => {
          const order = { by: operatorOf(flags), ...(comment === undefined ? {} : { comment }) }
          await (word === 'pause'
            ? switchyard.pauseSchedule(name, order)
            : switchyard.resumeSchedule(name, order))
          print({ name }, `${name} ${done}.`)
        }),
      ),
    )
}

function addOnceCommand(schedules: Command, runner: CommandRunner): void {
  schedules
    .command('once')
    .description('run one kind of maintenance once, now or later')
    .argument('<kind>', MAINTENANCE_KIND_NAMES.join(', '))
    .option('--at <time>', 'when: 2026-11-21T02:00:00Z, or from now: 90m (default: now)', moment)
    .option('--input <json>', "the workflow's input (default: its defaults)", jsonObject)
    .option('--id <id>', 'the same id runs once at a time')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard schedules once healthCheck --input \'{"dryRun": true}\'\n' +
        '  switchyard schedules once modelUpdate --at 2026-11-21T02:00:00Z ' +
        '--input \'{"model": "chat-small", "version": "2026-11-20"}\'',
    )
    .action(async (kind: string, { at, input, id }: OnceFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async (session) => {
          const workflowId = await session.switchyard.maintainOnce(kind, {
            ...(at === undefined ? {} : { at }),
            ...(input === undefined ? {} : { input }),
            ...(id === undefined ? {} : { id }),
          })
          const link = workflowLink(session, workflowId)
          const when = at === undefined ? 'runs now' : `runs at ${at.toISOString()}`
          print({ workflowId, ...(link === undefined ? {} : { link }) }, () =>
            [`${workflowId} ${when}.`, ...(link === undefined ? [] : [`In the Temporal UI: ${link}`])].join(
              '\n',
            ),
          )
        }),
      ),
    )
}

function moment(text: string): Date {
  const inMs = parseDuration(text)
  const time = inMs === undefined ? Date.parse(text) : Date.now() + inMs
  const isDate = inMs !== undefined || /^\d{4}-\d\d-\d\dT/.test(text)
  if (Number.isNaN(time) || !isDate) {
    throw new InvalidArgumentError('It must be a time such as 2026-11-21T02:00:00Z, or 90m from now.')
  }
  if (time < Date.now()) throw new InvalidArgumentError('It must not be over already.')
  return new Date(time)
}

function jsonObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It must be a JSON object such as {"dryRun": true}.')
}

function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}
