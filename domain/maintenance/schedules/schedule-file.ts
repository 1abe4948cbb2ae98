import { choose, isRecord, object, optional, withDefault } from '../../reading/composites.ts'
import {
  describeValue,
  INVALID,
  memberPath,
  type Problems,
  type Read,
  type Reader,
} from '../../reading/reader.ts'
import { flag, oneOf, text } from '../../reading/scalars.ts'
import type { JsonObject } from '../../json.ts'
import { MAINTENANCE_KIND_NAMES, maintenanceKind, type MaintenanceKindName } from './maintenance-kinds.ts'
import { parseCron } from './cron.ts'
import { parseDuration } from '../../duration.ts'

/** One schedule as the file declares it, with its defaults. Times in milliseconds. */
export interface ScheduleDefinition {
  /** Its id in Temporal is `maintenance/<name>`. */
  readonly name: string
  readonly kind: MaintenanceKindName
  /** Either every so often, or at the times of a calendar. */
  readonly times: { readonly everyMs: number } | { readonly cron: string; readonly timezone: string }
  /** Each run begins up to so much later than its time. */
  readonly jitterMs: number
  /** Runs that were missed are made up for, if they were due so long ago at most. */
  readonly catchupMs: number
  /** A run that takes longer is ended. Absent: it takes as long as it takes. */
  readonly timeoutMs?: number
  readonly input: JsonObject
  /** Whether it begins paused. Later that is the operator's. */
  readonly isPausedAtFirst: boolean
}

const DAY_MS = 86_400_000
const LEAST_EVERY_MS = 1_000
/** Temporal's least. */
const LEAST_CATCHUP_MS = 10_000
const DEFAULT_CATCHUP_MS = 60_000

/** Names stand in ids of workflows. */
const NAME_PATTERN = /^[a-z][a-z0-9-]{0,62}$/

const MEMBERS = 'every or cron, kind, and optionally timezone, jitter, catchup, timeout, input and paused'

function duration(least: number, most: number): Reader<number> {
  return (value, path, problems) => {
    const durationMs = typeof value === 'string' ? parseDuration(value) : undefined
    if (durationMs !== undefined && durationMs >= least && durationMs <= most) return durationMs
    if (value === 0 && least === 0) return 0
    const why = durationMs === undefined ? 'a time such as 20s, 5m, 2h or 7d' : `${least} ms to ${most} ms`
    problems.add(path, `must be ${why}, not ${describeValue(value)}`)
    return INVALID
  }
}

const cron: Reader<string> = (value, path, problems) => {
  if (typeof value !== 'string') {
    problems.add(path, `must be a cron line such as "15 3 * * *", not ${describeValue(value)}`)
    return INVALID
  }
  const read = parseCron(value)
  if (read.ok) return value.trim().replaceAll(/\s+/g, ' ')
  for (const problem of read.problems) problems.add(path, problem)
  return INVALID
}

const timezone = text({
  check: (zone) =>
    /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone) ? undefined : 'must be a zone such as Europe/Berlin or UTC',
})

const jsonInput: Reader<JsonObject> = (value, path, problems) => {
  if (isJsonObject(value)) return value
  problems.add(path, `must be an object, not ${describeValue(value)}`)
  return INVALID
}

function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

const entry = object({
  kind: oneOf(MAINTENANCE_KIND_NAMES),
  every: optional(duration(LEAST_EVERY_MS, 366 * DAY_MS)),
  cron: optional(cron),
  timezone: optional(timezone),
  jitter: withDefault(duration(0, DAY_MS), 0),
  catchup: withDefault(duration(LEAST_CATCHUP_MS, 366 * DAY_MS), DEFAULT_CATCHUP_MS),
  timeout: optional(duration(LEAST_EVERY_MS, 366 * DAY_MS)),
  input: withDefault(jsonInput, {}),
  paused: withDefault(flag, false),
})

/** A file of schedules: `schedules: {<name>: {…}}`. Finds everything that is wrong with it. */
export const scheduleFile: Reader<readonly ScheduleDefinition[]> = (value, path, problems) => {
  const read = object({ schedules: choose(() => entries) })(value, path, problems)
  return read === INVALID ? INVALID : read.schedules
}

const entries: Reader<readonly ScheduleDefinition[]> = (value, path, problems) => {
  if (!isRecord(value)) {
    problems.add(path, `must name schedules, not ${describeValue(value)}`)
    return INVALID
  }
  const read = Object.entries(value).map(([name, given]) =>
    definition(name, given, memberPath(path, name), problems),
  )
  const found = read.filter((one) => one !== INVALID)
  return found.length === read.length ? found : INVALID
}

function definition(
  name: string,
  value: unknown,
  path: string,
  problems: Problems,
): ScheduleDefinition | typeof INVALID {
  if (!NAME_PATTERN.test(name)) problems.add(path, 'must have a name of lower-case letters, digits and -')
  if (!isRecord(value)) {
    problems.add(path, `must hold ${MEMBERS}, not ${describeValue(value)}`)
    return INVALID
  }
  const read = entry(value, path, problems)
  if (read === INVALID) return INVALID
  const times = timesOf(read, path, problems)
  const isInputFine =
    maintenanceKind(read.kind).input(read.input, memberPath(path, 'input'), problems) !== INVALID
  if (times === INVALID || !isInputFine || !NAME_PATTERN.test(name)) return INVALID
  const timeoutMs = read.timeout ?? maintenanceKind(read.kind).timeoutMs
  return {
    name,
    kind: read.kind,
    times,
    jitterMs: read.jitter,
    catchupMs: read.catchup,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    input: read.input,
    isPausedAtFirst: read.paused,
  }
}

function timesOf(
  { every, cron: line, timezone: zone }: Read<typeof entry>,
  path: string,
  problems: Problems,
): ScheduleDefinition['times'] | typeof INVALID {
  if (every !== undefined && line === undefined && zone === undefined) return { everyMs: every }
  if (every === undefined && line !== undefined) return { cron: line, timezone: zone ?? 'UTC' }
  const isBoth = every !== undefined && line !== undefined
  problems.add(
    path,
    isBoth || (every === undefined && line === undefined)
      ? 'must have either every or cron'
      : 'has a timezone, which only counts with cron',
  )
  return INVALID
}
