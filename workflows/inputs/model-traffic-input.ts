import { choose, isRecord, list, object, optional, withDefault } from '../../domain/reading/composites.ts'
import { number, oneOf, text } from '../../domain/reading/scalars.ts'
import type { TrafficCommand, TrafficCommandKind } from '../../domain/traffic/traffic-command.ts'
import { durationMs } from './wire-readers.ts'
import { modelWorkflowId } from '../../domain/ids.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'

/** The input of `modelTraffic`, checked and with its defaults. */
export interface ReadModelTrafficInput {
  readonly model: string
  readonly commandsPerRun: number
}

const commandsPerRun = withDefault(number({ min: 1, max: 1_000, isWhole: true }), 500)

/**
 * Reads the input of `modelTraffic`. Its id has to be the model's: two of them would both decide about one model.
 * @throws ApplicationFailure
 */
export function readModelTrafficInput(input: unknown, workflowId: string): ReadModelTrafficInput {
  const ownId = (model: string): string | undefined =>
    modelWorkflowId(model) === workflowId
      ? undefined
      : `belongs to the workflow ${modelWorkflowId(model)}, and this one is ${workflowId}`
  const reader: Reader<ReadModelTrafficInput> = object({ model: text({ check: ownId }), commandsPerRun })
  return parseInput(
    reader,
    input,
    'modelTraffic',
    '{"model": "chat-small"}, as the workflow model/chat-small',
  )
}

/** Shown where a command is wrong, and in the Temporal UI. */
export const COMMAND_EXAMPLE =
  '{"kind": "take-lease", "holder": "ada", "runId": "1", "version": "2026-11-20", "ttlMs": 600000}'

const holder = { holder: text({ maxLength: 1000 }), runId: text({ maxLength: 1000 }) }
const change = number({ min: 1, isWhole: true })

const READERS: Readonly<Record<TrafficCommandKind, Reader<TrafficCommand>>> = {
  register: object({ kind: oneOf(['register']), versions: withDefault(list(text()), []) }),
  tick: object({ kind: oneOf(['tick']) }),
  'take-lease': object({ kind: oneOf(['take-lease']), ...holder, version: text(), ttlMs: durationMs }),
  'renew-lease': object({ kind: oneOf(['renew-lease']), ...holder }),
  // Their range is the reducer's to judge, in a sentence about shares.
  'set-shares': object({
    kind: oneOf(['set-shares']),
    ...holder,
    change,
    canaryPercent: number(),
    mirrorPercent: withDefault(number(), 0),
  }),
  revert: object({ kind: oneOf(['revert']), ...holder, change }),
  'release-lease': object({
    kind: oneOf(['release-lease']),
    ...holder,
    outcome: oneOf(['kept', 'failed', 'rolled-back']),
  }),
}

const kinds: ReadonlyMap<unknown, Reader<TrafficCommand>> = new Map(Object.entries(READERS))
const unknownKind: Reader<TrafficCommand> = object({ kind: oneOf(['tick']), note: optional(text()) })

const command = choose<TrafficCommand>(
  (value) => (isRecord(value) ? kinds.get(value['kind']) : undefined) ?? unknownKind,
)

/** Reads a command. @throws ApplicationFailure */
export function readTrafficCommand(input: unknown): TrafficCommand {
  return parseInput(command, input, 'changeTraffic', COMMAND_EXAMPLE)
}
