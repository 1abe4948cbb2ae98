import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { type Interrupt, listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { openDevSession, type Session, workflowLink } from '../session.ts'
import { outcomeReport, outcomeText } from '../render/task-outcome.ts'
import type { Command } from 'commander'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { formatDuration } from '../render/format.ts'
import { modelNotes } from '../render/model-notes.ts'
import { reachDevSystem, type ReachedDevSystem } from '../dev-system.ts'
import type { TaskOutcome } from '../../client/task-outcome.ts'
import type { TaskHandle } from '../../client/task-handle.ts'
import { watchTask } from '../watch/watch-task.ts'
import { wholeNumber } from '../option-values.ts'
import { messageOf } from '../../domain/message-of.ts'

const DEMO_TASK = 'Compare solar, wind and hydro power for a small island'
const DEMO_SEED = 7

interface DemoFlags {
  readonly seed: number
  readonly keep?: boolean
  readonly model?: string
}

const EXAMPLES = `
Examples:
  switchyard demo
  switchyard demo "Describe how bread is made, from field to table"
  switchyard demo --keep     # leaves everything up: look around in the Temporal UI

The first run fetches the Temporal server and the weights of a small model, once per machine.`

/** Adds `demo`. */
export function addDemoCommand(program: Command, runner: CommandRunner): void {
  program
    .command('demo')
    .description('start everything, run one task on a real local model, show what it took, stop everything')
    .argument('[task...]', `what is to be done (default: "${DEMO_TASK}")`)
    .option('--seed <number>', 'makes sampling repeatable', wholeNumber(0), DEMO_SEED)
    .option('--model <name>', "one model for every step (default: the catalog's task table)")
    .option('--keep', 'leave everything up until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(async (words: readonly string[], flags: DemoFlags, command: Command) =>
      runner.run(command, (context) => runDemo(context, words.join(' ').trim() || DEMO_TASK, flags)),
    )
}

async function runDemo(context: CommandContext, task: string, flags: DemoFlags): Promise<ExitCode> {
  const { options, terminal } = context
  const startedAt = performance.now()
  const interrupt = listenForInterrupt()
  const reached = await orInterrupted(reachDevSystem(options, terminal), interrupt)
  // Half-started parts end with this process.
  if (reached === 'interrupted') return EXIT_CODES.interrupted
  const system = reached.value
  const startMs = performance.now() - startedAt
  const { address, uiUrl } = system.facts
  terminal.note(
    `${system.isOwn ? 'Everything is up' : 'Using the dev system that runs already'} after ` +
      `${formatDuration(startMs)}. Temporal at ${address}${uiUrl === undefined ? '' : `, UI at ${uiUrl}`}`,
  )
  try {
    const session = await openDevSession(system.facts, options)
    try {
      return await showTask({ context, session, system, interrupt, startedAt, startMs }, task, flags)
    } finally {
      await session.switchyard.close()
    }
  } finally {
    if (system.isOwn) terminal.note('Stopping everything.')
    await system.stop()
  }
}

interface DemoRun {
  readonly context: CommandContext
  readonly session: Session
  readonly system: ReachedDevSystem
  readonly interrupt: Interrupt
  readonly startedAt: number
  readonly startMs: number
}

async function showTask(run: DemoRun, task: string, { seed, model, keep }: DemoFlags): Promise<ExitCode> {
  const { context, session, system, interrupt } = run
  const { terminal } = context
  terminal.note(`\nTask: ${task}\n`)
  const handle = await session.switchyard.startTask(
    { task, seed, ...(model === undefined ? {} : { model }) },
    { taskId: `demo-${crypto.randomUUID().slice(0, 8)}`, tenant: session.tenant },
  )
  const watched = watchTask(handle, terminal, interrupt.signal).catch((error: unknown) => {
    terminal.note(`The progress cannot be shown: ${messageOf(error)}`)
  })
  const end = await orInterrupted(Promise.race([handle.result(), failedSystem(system)]), interrupt)
  if (end === 'interrupted') return cancelTask(handle, terminal)
  await orInterrupted(watched, interrupt)
  terminal.note('\nAnswer:\n')
  await showOutcome(run, end.value)
  if (system.isOwn && keep !== true) {
    terminal.note(
      'To look at it in the Temporal UI, run the demo with --keep: the link works while everything is up.',
    )
  }
  if (keep === true) {
    terminal.note('\nEverything stays up until Ctrl-C.')
    await orInterrupted(system.ended, interrupt)
  }
  return EXIT_CODES.ok
}

async function showOutcome(run: DemoRun, outcome: TaskOutcome): Promise<void> {
  const { context, session, system, startedAt, startMs } = run
  const totalMs = performance.now() - startedAt
  const link = workflowLink(session, outcome.workflowId)
  const notes = modelNotes(outcome, await session.switchyard.models())
  context.print(
    {
      ...outcome,
      startMs: Math.round(startMs),
      totalMs: Math.round(totalMs),
      link,
      uiUrl: system.facts.uiUrl,
      modelNotes: notes,
    },
    () =>
      [
        outcomeText(outcome),
        '',
        outcomeReport(outcome, link),
        ...notes,
        `From the command to the answer: ${formatDuration(totalMs)}, of which ${formatDuration(startMs)} to start everything.`,
      ].join('\n'),
  )
}

async function failedSystem({ ended }: ReachedDevSystem): Promise<never> {
  await ended
  throw new Error('a part of the dev system ended by itself; see its log')
}

/** How long a cancelled task may take to stop its calls before everything is stopped anyway. */
const CANCEL_PATIENCE_MS = 5_000

async function cancelTask(handle: TaskHandle, terminal: CommandContext['terminal']): Promise<ExitCode> {
  terminal.note(`Cancelling task ${handle.taskId}.`)
  await handle.cancel()
  await Promise.race([
    handle.result().catch(() => {}),
    new Promise((resolve) => {
      setTimeout(resolve, CANCEL_PATIENCE_MS)
    }),
  ])
  return EXIT_CODES.interrupted
}
