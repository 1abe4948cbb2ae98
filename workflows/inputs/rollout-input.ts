import { choose, isRecord, object, optional } from '../../domain/reading/composites.ts'
import type { Reader } from '../../domain/reading/reader.ts'
import { number, oneOf, text } from '../../domain/reading/scalars.ts'
import type { CommandName, RolloutCommand } from '../../domain/rollout/machine/events.ts'
import { type RolloutRequest, rolloutRequest } from '../../domain/rollout/planning/rollout-request.ts'
import type { RolloutCommandInput } from '../rollout-contract.ts'
import { parseInput } from './parse-input.ts'

/** The input of `rollout`, checked and with its defaults. */
export interface ReadRolloutInput {
  readonly request: RolloutRequest
  readonly by: string
  readonly retryWithinMs: number
  readonly readingsPerRun: number
}

const START_EXAMPLE = '{"model": "chat-small", "version": "2026-11-20", "strategy": "canary", "by": "ada"}'

const person = text({ maxLength: 200 })

/** What belongs to the workflow and not to the plan. */
const ownMembers = object({
  by: optional(person),
  retryWithinMs: optional(number({ min: 0, max: 7 * 86_400_000, isWhole: true })),
  readingsPerRun: optional(number({ min: 1, max: 1000, isWhole: true })),
})

const MINUTE_MS = 60_000

/** Reads the input of `rollout`. @throws ApplicationFailure */
export function readRolloutInput(input: unknown): ReadRolloutInput {
  const { by, retryWithinMs, readingsPerRun, ...request } = isRecord(input) ? input : {}
  const own = parseInput(
    ownMembers,
    withoutAbsent({ by, retryWithinMs, readingsPerRun }),
    'rollout',
    START_EXAMPLE,
  )
  return {
    request: parseInput(rolloutRequest, isRecord(input) ? request : input, 'rollout', START_EXAMPLE),
    by: own.by ?? 'somebody',
    retryWithinMs: own.retryWithinMs ?? 15 * MINUTE_MS,
    readingsPerRun: own.readingsPerRun ?? 300,
  }
}

function withoutAbsent(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** What an operator sends, checked. */
export interface ReadRolloutCommand {
  readonly command: RolloutCommand
  readonly by: string
  readonly requestId?: string
  readonly comment?: string
}

const common = {
  by: person,
  requestId: optional(text({ maxLength: 200 })),
  comment: optional(text({ maxLength: 2000 })),
}

/** A share that is wrong is refused by the rollout itself, which knows what it may be. */
const readers: Readonly<Record<CommandName, Reader<RolloutCommandInput>>> = {
  pause: object(common),
  resume: object(common),
  promote: object(common),
  'promote-full': object(common),
  abort: object(common),
  retry: object(common),
  extend: object(common),
  'set-weight': object({ ...common, canaryPercent: number() }),
  'decide-gate': object({ ...common, decision: oneOf(['approve', 'reject']) }),
}

/** The extra member that a command takes, for its description and for messages. */
export const COMMAND_EXAMPLES: Readonly<Record<CommandName, string>> = {
  pause: '{"by": "ada"}',
  resume: '{"by": "ada"}',
  promote: '{"by": "ada"}',
  'promote-full': '{"by": "ada", "comment": "measured elsewhere"}',
  abort: '{"by": "ada", "comment": "complaints"}',
  retry: '{"by": "ada"}',
  extend: '{"by": "ada"}',
  'set-weight': '{"by": "ada", "canaryPercent": 20}',
  'decide-gate': '{"by": "ada", "decision": "approve"}',
}

/** Reads a command. @throws ApplicationFailure */
export function readRolloutCommand(name: CommandName, input: unknown): ReadRolloutCommand {
  const reader = choose(() => readers[name])
  const { by, requestId, comment, canaryPercent, decision } = parseInput(
    reader,
    input,
    name,
    COMMAND_EXAMPLES[name],
  )
  return {
    by,
    command: commandOf(name, canaryPercent, decision),
    ...(requestId === undefined ? {} : { requestId }),
    ...(comment === undefined ? {} : { comment }),
  }
}

function commandOf(
  name: CommandName,
  canaryPercent: number | undefined,
  decision: 'approve' | 'reject' | undefined,
): RolloutCommand {
  switch (name) {
    case 'set-weight':
      return { name, canaryPercent: canaryPercent ?? 0 }
    case 'decide-gate':
      return { name, decision: decision ?? 'reject' }
    default:
      return { name }
  }
}
