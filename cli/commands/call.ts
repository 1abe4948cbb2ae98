import { decimal, duration, wholeNumber } from '../option-values.ts'
import { formatCount, formatDuration, plural } from '../render/format.ts'
import { listenForInterrupt, orInterrupted } from '../interrupt.ts'
import {
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { type Session, warnWithoutWorkers, withSession } from '../session.ts'
import { type Command, Option } from 'commander'
import { addStrategyOptions, type StrategyFlags, strategyOf } from '../strategy-options.ts'
import {
  addPriorityOption,
  addRouteOptions,
  addVersionOption,
  pinnedVersion,
  type RouteFlags,
  routeWishes,
  type VersionFlags,
} from '../route-options.ts'
import type { CallOutcome } from '../../client/call-handle.ts'
import type { CallRequest } from '../../client/inputs/call-input.ts'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { formatUsd } from '../../domain/money.ts'
import { legLines } from '../render/leg-lines.ts'
import type { Priority } from '../../domain/limits/ticket.ts'
import { readImage } from '../read-image.ts'
import { readPrompt } from '../read-prompt.ts'

interface CallFlags extends RouteFlags, StrategyFlags, VersionFlags {
  readonly priority?: Priority
  readonly stdin?: boolean
  readonly system?: string
  readonly model?: string
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly seed?: number
  readonly image?: readonly string[]
  readonly id?: string
  readonly user?: string
  readonly experiment?: string
  readonly feature?: string
  readonly deadline?: number
}

const EXAMPLES = `
Examples:
  switchyard call "What is the capital of France?"
  git diff | switchyard call --stdin "Write a commit message for this:"
  switchyard call --model smol --max-output-tokens 60 --seed 7 "Name three rivers"
  switchyard call --hedge 2s "Name three rivers"            # a second model when the first is slow
  switchyard call --consensus 3 --agree 2 "Is 221 a prime? Say yes or no."
  switchyard call --id order-4711 "Summarise order 4711"   # same id, same answer, paid once`

/** Adds `call`. */
export function addCallCommand(program: Command, runner: CommandRunner): void {
  const call = program
    .command('call')
    .description('make one durable model call')
    .argument('[prompt]', 'the prompt; without it, standard input is the prompt')
    .option('--stdin', 'add standard input below the prompt')
    .option('--system <text>', 'system message')
    .option(
      '--model <name>',
      'a model of the catalog (default: the one of the task type, then its fallbacks)',
    )
    .addOption(new Option('--task <type>', 'what it is about').choices(TASK_TYPES))
    .addOption(new Option('--target <target>', 'what to optimise for').choices(OPTIMISATION_TARGETS))
    .option('--max-output-tokens <count>', 'upper bound of the answer', wholeNumber(1))
    .option('--temperature <number>', '0 to 2', decimal(0, 2))
    .option('--seed <number>', 'makes sampling repeatable', wholeNumber(0))
    .option('--image <file...>', 'images to send along')
    .option('--id <id>', 'idempotency key, honoured for 30 days (default: made up)')
    .option('--user <id>', 'whom to account it to')
    .option('--experiment <id>', 'a prompt experiment, whose variants are laid over the request')
    .option('--feature <id>', 'the product feature to account it to')
    .option('--deadline <time>', 'give up after this time, e.g. 90s or 5m', duration)
  addStrategyOptions(addPriorityOption(addRouteOptions(addVersionOption(call))))
    .addHelpText('after', EXAMPLES)
    .action(async (prompt: string | undefined, flags: CallFlags, command: Command) =>
      runner.run(command, async (context) => {
        const request = await readRequest(prompt, flags)
        return withSession(context.options, (session) => runCall(context, session, request, flags))
      }),
    )
}

async function readRequest(prompt: string | undefined, flags: CallFlags): Promise<CallRequest> {
  const strategy = strategyOf(flags)
  const text = await readPrompt(prompt, flags.stdin === true)
  const { system, experiment, model, task, target, maxOutputTokens, temperature, seed, image = [] } = flags
  const images = await Promise.all(image.map(readImage))
  return {
    ...(system === undefined ? {} : { system }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(model === undefined ? {} : { model }),
    ...(task === undefined ? {} : { task }),
    ...(target === undefined ? {} : { target }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...pinnedVersion(flags),
    ...routeWishes(flags),
    ...(strategy === undefined ? {} : { strategy }),
    ...(images.length === 0
      ? { prompt: text }
      : { messages: [{ role: 'user', content: [...images, text] }] }),
  }
}

async function runCall(
  { terminal, print }: CommandContext,
  session: Session,
  request: CallRequest,
  { id, user, feature, deadline, priority }: CallFlags,
): Promise<ExitCode> {
  const interrupt = listenForInterrupt()
  const handle = await session.switchyard.startCall(request, {
    tenant: session.tenant,
    ...(id === undefined ? {} : { requestId: id }),
    ...(user === undefined ? {} : { user }),
    ...(feature === undefined ? {} : { feature }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...(priority === undefined ? {} : { priority }),
  })
  await warnWithoutWorkers(session, terminal)
  const end = await orInterrupted(handle.result(), interrupt)
  if (end === 'interrupted') {
    terminal.note(
      `The call goes on as ${handle.requestId}. Run the same command with --id ${handle.requestId} for its answer.`,
    )
    return EXIT_CODES.interrupted
  }
  print(end.value, () => end.value.answer.refusal ?? end.value.text)
  terminal.note([summary(end.value), ...legLines(end.value.legs ?? [])].join('\n'))
  return EXIT_CODES.ok
}

function summary({ model, version, endpoint, answer, costNanoUsd, attempts }: CallOutcome): string {
  const { usage, timings, finishReason } = answer
  return [
    `${model} ${version} at ${endpoint}`,
    `${formatCount(usage.inputTokens)} tokens in, ${formatCount(usage.outputTokens)} out`,
    formatDuration(timings.latencyMs),
    formatUsd(costNanoUsd),
    ...(attempts.length > 1 ? [plural(attempts.length, 'attempt')] : []),
    ...(finishReason === 'stop' ? [] : [`ended by ${finishReason}`]),
  ].join(' · ')
}
