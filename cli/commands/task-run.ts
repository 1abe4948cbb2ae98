import { duration, wholeNumber } from '../option-values.ts'
import { EXIT_CODES, type ExitCode, UsageError } from '../cli-error.ts'
import { type Interrupt, listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { OPTIMISATION_TARGETS, type OptimisationTarget } from '../../domain/model-request.ts'
import { type Command, Option } from 'commander'
import { addPriorityOption, addRouteOptions, type RouteFlags, routeWishes } from '../route-options.ts'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { outcomeReport, outcomeText } from '../render/task-outcome.ts'
import { type Session, warnWithoutWorkers, withSession, workflowLink } from '../session.ts'
import { MAX_SUBTASKS } from '../../domain/plan/plan.ts'
import type { Priority } from '../../domain/limits/ticket.ts'
import { readPlan } from '../read-plan.ts'
import { readTextFile } from '../read-text-file.ts'
import type { TaskHandle } from '../../client/task-handle.ts'
import type { TaskInput } from '../../client/inputs/task-input.ts'
import { watchTask } from '../watch/watch-task.ts'
import { messageOf } from '../../domain/message-of.ts'

interface RunFlags extends RouteFlags {
  readonly priority?: Priority
  readonly file?: string
  readonly context?: string
  readonly plan?: string
  readonly target?: OptimisationTarget
  readonly maxSubtasks?: number
  readonly parallelism?: number
  readonly model?: string
  readonly seed?: number
  readonly approvePlan?: boolean
  readonly synthesis: boolean
  readonly id?: string
  readonly user?: string
  readonly feature?: string
  readonly deadline?: number
  readonly detach?: boolean
  readonly cancelOnInterrupt?: boolean
}

const EXAMPLES = `
Examples:
  switchyard task run "Compare solar, wind and hydro power for a small island"
  switchyard task run --file brief.md --context notes.txt --target cost
  switchyard task run "Write the release notes" --plan plan.yaml --parallelism 4
  switchyard task run "Plan the migration" --approve-plan --detach --id migration-1
  switchyard task run "Compare three databases" --deadline 5m > answer.md   # the answer alone goes to the file

A plan file holds {"subtasks": [{"id": "s1", "action": "…", "dependsOn": []}, …]} as YAML or JSON.
Ctrl-C leaves the task running; --cancel-on-interrupt stops it instead.`

/** Adds `task run`. */
export function addTaskRunCommand(task: Command, runner: CommandRunner): void {
  const run = task
    .command('run')
    .description('split a task, run its parts in parallel and put the answers together')
    .argument('[task]', 'what is to be done')
    .option('--file <path>', 'read the task from a file')
    .option('--context <path>', 'material that every subtask sees')
    .option('--plan <path>', 'a ready plan in YAML or JSON: nothing is decomposed')
    .addOption(new Option('--target <target>', 'what to optimise for').choices(OPTIMISATION_TARGETS))
    .option('--max-subtasks <count>', `upper bound of the plan, at most ${MAX_SUBTASKS}`, wholeNumber(1))
    .option('--parallelism <count>', 'calls in flight at most', wholeNumber(1))
    .option('--model <name>', "one model for every step (default: the catalog's task table)")
    .option('--seed <number>', 'makes sampling repeatable', wholeNumber(0))
    .option('--approve-plan', 'ask a person about the plan before anything runs')
    .option('--no-synthesis', 'print the parts, write no common answer')
    .option('--id <id>', 'idempotency key (default: made up)')
    .option('--user <id>', 'whom to account it to')
    .option('--feature <id>', 'the product feature to account it to')
    .option('--deadline <time>', 'put together what is done after this time, e.g. 5m', duration)
    .option('--detach', 'return as soon as it is accepted')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the task')
  addPriorityOption(addRouteOptions(run))
    .addHelpText('after', EXAMPLES)
    .action(async (text: string | undefined, flags: RunFlags, command: Command) =>
      runner.run(command, async (context) => {
        const input = await readTask(text, flags)
        return withSession(context.options, (session) => runTask(context, session, input, flags))
      }),
    )
}

async function readTask(text: string | undefined, flags: RunFlags): Promise<TaskInput> {
  const { file, context, plan, target, maxSubtasks, parallelism, model, seed, approvePlan, synthesis } = flags
  if ((text === undefined) === (file === undefined)) {
    throw new UsageError('there must be either a task or --file', 'See `switchyard task run --help`.')
  }
  return {
    task: text ?? (await readTextFile(file ?? '')),
    ...(context === undefined ? {} : { context: await readTextFile(context) }),
    ...(plan === undefined ? {} : { plan: await readPlan(plan) }),
    ...(target === undefined ? {} : { target }),
    ...(maxSubtasks === undefined ? {} : { maxSubtasks }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(model === undefined ? {} : { model }),
    ...(seed === undefined ? {} : { seed }),
    ...routeWishes(flags),
    ...(approvePlan === true ? { approval: true } : {}),
    ...(synthesis ? {} : { synthesis: 'none' }),
  }
}

async function runTask(
  context: CommandContext,
  session: Session,
  input: TaskInput,
  flags: RunFlags,
): Promise<ExitCode> {
  const { terminal, print } = context
  const { id, user, feature, deadline, priority } = flags
  const interrupt = listenForInterrupt()
  const handle = await session.switchyard.startTask(input, {
    tenant: session.tenant,
    ...(id === undefined ? {} : { taskId: id }),
    ...(user === undefined ? {} : { user }),
    ...(feature === undefined ? {} : { feature }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(priority === undefined ? {} : { priority }),
  })
  await warnWithoutWorkers(session, terminal)
  const { taskId, workflowId, isNew } = handle
  const link = workflowLink(session, workflowId)
  if (flags.detach === true) {
    print({ taskId, workflowId, isNew, ...(link === undefined ? {} : { link }) }, () => taskId)
    terminal.note(`Follow it with \`switchyard task status ${taskId} --watch\`.`)
    return EXIT_CODES.ok
  }
  terminal.note(`Task ${taskId}${isNew ? '' : ' (started before)'}${link === undefined ? '' : ` · ${link}`}`)
  return showUntilEnd(context, handle, interrupt, { link, cancels: flags.cancelOnInterrupt === true })
}

async function showUntilEnd(
  { terminal, print }: CommandContext,
  handle: TaskHandle,
  interrupt: Interrupt,
  { link, cancels }: { readonly link: string | undefined; readonly cancels: boolean },
): Promise<ExitCode> {
  const watched = watchTask(handle, terminal, interrupt.signal).catch((error: unknown) => {
    // The result still comes; only the view is gone.
    terminal.note(`The progress cannot be shown: ${messageOf(error)}`)
  })
  const end = await orInterrupted(handle.result(), interrupt)
  if (end === 'interrupted') return leave(handle, terminal, cancels)
  await orInterrupted(watched, interrupt)
  print(end.value, () => outcomeText(end.value))
  terminal.note(`\n${outcomeReport(end.value, link)}`)
  return EXIT_CODES.ok
}

async function leave(
  handle: TaskHandle,
  terminal: CommandContext['terminal'],
  cancels: boolean,
): Promise<ExitCode> {
  const { taskId } = handle
  if (cancels) {
    await handle.cancel()
    terminal.note(`Task ${taskId} is being cancelled.`)
  } else {
    terminal.note(
      `Task ${taskId} goes on. See it with \`switchyard task status ${taskId} --watch\`, ` +
        `stop it with \`switchyard task cancel ${taskId}\`.`,
    )
  }
  return EXIT_CODES.interrupted
}
