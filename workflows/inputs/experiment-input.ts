import { isRecord, object, optional, withDefault } from '../../domain/reading/composites.ts'
import { number, text } from '../../domain/reading/scalars.ts'
import type { ExperimentDefinition } from '../../domain/experiments/definition.ts'
import { experimentDefinition } from '../../domain/experiments/read-definition.ts'
import type { Extension } from '../../domain/experiments/experiment-state.ts'
import { INVALID, type Reader } from '../../domain/reading/reader.ts'
import { parseInput } from './parse-input.ts'
import type { StopExperimentInput } from '../experiment-contract.ts'

/** The input of `experiment`, checked and with its defaults. */
export interface ReadExperimentInput {
  readonly definition: ExperimentDefinition
  readonly by: string
  readonly leaseMs: number
  readonly wakesPerRun: number
}

const START_EXAMPLE =
  '{"id": "greeting-1", "kind": "prompts", "metric": "feedback-good", "variants": [{"name": "plain"}, ' +
  '{"name": "warm", "systemPrompt": "Be warm."}], "by": "ada"}'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const person = text({ maxLength: 200 })

const own = object({
  by: withDefault(person, 'somebody'),
  // Renewed four times as often: under a second the store would do nothing else.
  leaseMs: withDefault(number({ min: 4000, max: DAY_MS, isWhole: true }), 15 * MINUTE_MS),
  // A look and a renewal write some ten events each.
  wakesPerRun: withDefault(number({ min: 1, max: 1000, isWhole: true }), 300),
})

const experimentInput: Reader<ReadExperimentInput> = (value, path, problems) => {
  const { by, leaseMs, wakesPerRun, ...request } = isRecord(value) ? value : {}
  const given = Object.entries({ by, leaseMs, wakesPerRun }).filter(([, member]) => member !== undefined)
  const read = own(Object.fromEntries(given), path, problems)
  const definition = experimentDefinition(isRecord(value) ? request : value, path, problems)
  return read === INVALID || definition === INVALID ? INVALID : { definition, ...read }
}

/** Reads the input of `experiment`. @throws ApplicationFailure */
export function readExperimentInput(input: unknown): ReadExperimentInput {
  return parseInput(experimentInput, input, 'experiment', START_EXAMPLE)
}

export const STOP_EXAMPLE = '{"by": "ada", "comment": "complaints"}'

const stopInput: Reader<StopExperimentInput> = object({
  by: person,
  comment: optional(text({ maxLength: 2000 })),
})

/** @throws ApplicationFailure */
export function readStopExperiment(input: unknown): StopExperimentInput {
  return parseInput(stopInput, input, 'stop', STOP_EXAMPLE)
}

export const EXTEND_EXAMPLE = '{"by": "ada", "durationMs": 604800000, "units": 5000}'

const MORE_DAYS_MS = 90 * DAY_MS
const MORE_UNITS = 200_000

const extension = object({
  by: person,
  durationMs: withDefault(number({ min: 0, max: MORE_DAYS_MS, isWhole: true }), 0),
  units: withDefault(number({ min: 0, max: MORE_UNITS, isWhole: true }), 0),
})

const extendInput: Reader<Extension> = (value, path, problems) => {
  const read = extension(value, path, problems)
  if (read === INVALID || read.durationMs + read.units > 0) return read
  problems.add(path, 'needs durationMs, units or both')
  return INVALID
}

/** @throws ApplicationFailure */
export function readExtendExperiment(input: unknown): Extension {
  return parseInput(extendInput, input, 'extend', EXTEND_EXAMPLE)
}
