import { object, optional, withDefault } from '../../domain/reading/composites.ts'
import { durationMs } from './wire-readers.ts'
import { number } from '../../domain/reading/scalars.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'

/** The input of `retention`, checked and with its defaults. */
export interface ReadRetentionInput {
  readonly retentionMs?: number
  readonly graceMs: number
  readonly payloadRetentionMs: number
  readonly intervalMs: number
  readonly passesPerRun: number
}

const ONE_HOUR_MS = 3_600_000
const ONE_DAY_MS = 24 * ONE_HOUR_MS

const ageMs = number({ min: 0, max: 3650 * ONE_DAY_MS, isWhole: true })

const retentionInput: Reader<ReadRetentionInput> = object({
  retentionMs: optional(ageMs),
  // A request is accepted before an orchestrator owns its texts: this is how long all of them may be down.
  graceMs: withDefault(ageMs, 7 * ONE_DAY_MS),
  // Longer than any run and Temporal's own retention together: a history without its payloads cannot be replayed.
  payloadRetentionMs: withDefault(ageMs, 90 * ONE_DAY_MS),
  intervalMs: withDefault(durationMs, 6 * ONE_HOUR_MS),
  passesPerRun: withDefault(number({ min: 1, max: 1_000, isWhole: true }), 100),
})

/** Reads the input of `retention`; nothing at all means the defaults. @throws ApplicationFailure */
export function readRetentionInput(input: unknown): ReadRetentionInput {
  return parseInput(
    retentionInput,
    input ?? {},
    'retention',
    '{"retentionMs": 2592000000, "intervalMs": 21600000}',
  )
}
