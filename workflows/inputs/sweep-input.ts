import { durationMs } from './wire-readers.ts'
import { number } from '../../domain/reading/scalars.ts'
import { object, withDefault } from '../../domain/reading/composites.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'

/** A sweeper's input, checked and with its defaults. */
export interface ReadSweepInput {
  readonly olderThanMs: number
  readonly intervalMs: number
  readonly sweepsPerRun: number
}

const sweepInput: Reader<ReadSweepInput> = object({
  olderThanMs: withDefault(durationMs, 60_000),
  intervalMs: withDefault(durationMs, 30_000),
  sweepsPerRun: withDefault(number({ min: 1, max: 1_000, isWhole: true }), 500),
})

/** Reads the sweeper's input; nothing at all means the defaults. @throws ApplicationFailure */
export function readSweepInput(input: unknown): ReadSweepInput {
  return parseInput(sweepInput, input ?? {}, 'sweep', '{"olderThanMs": 60000, "intervalMs": 30000}')
}
