import { calendarText, parseCron } from './cron.ts'
import { canonicalJson, toJson } from '../../json.ts'
import { type DescribedCalendar, describedCalendarText } from './named-calendar.ts'
import { isManaged, readAppliedMark, scheduleId, type AppliedMark } from './schedule-marks.ts'
import { formatDuration } from '../../duration.ts'
import type { ScheduleDefinition } from './schedule-file.ts'
import { TASK_QUEUES } from '../../ids.ts'

/** Everything about a schedule that the file decides, as texts: what a difference is shown by. */
export interface ScheduleFields {
  readonly kind: string
  readonly every: string
  readonly cron: string
  readonly timezone: string
  readonly jitter: string
  readonly catchup: string
  readonly overlap: string
  readonly timeout: string
  readonly input: string
  readonly queue: string
}

/** A schedule that stands in Temporal under an id of maintenance. */
export interface ExistingSchedule {
  readonly name: string
  readonly isManaged: boolean
  /** Who applied what last; absent where somebody has changed it since in the Temporal UI. */
  readonly applied?: AppliedMark
  readonly fields: ScheduleFields
}

const NONE = '-'

/** What the file says. */
export function definedFields(definition: ScheduleDefinition): ScheduleFields {
  const { kind, times, jitterMs, catchupMs, timeoutMs, input } = definition
  const cron = 'cron' in times ? parseCron(times.cron) : undefined
  return {
    kind,
    every: 'everyMs' in times ? formatDuration(times.everyMs) : NONE,
    cron: cron?.ok === true ? calendarText(cron.times) : NONE,
    timezone: 'cron' in times ? times.timezone : NONE,
    jitter: formatDuration(jitterMs),
    catchup: formatDuration(catchupMs),
    overlap: 'SKIP',
    timeout: timeoutMs === undefined ? NONE : formatDuration(timeoutMs),
    input: canonicalJson(input),
    queue: TASK_QUEUES.orchestrator,
  }
}

/** A schedule as Temporal describes it, as far as it is looked at. */
export interface DescribedSchedule {
  readonly scheduleId: string
  readonly memo?: Readonly<Record<string, unknown>>
  readonly spec: {
    readonly calendars?: readonly DescribedCalendar[]
    readonly intervals?: readonly { readonly every: number; readonly offset: number }[]
    readonly jitter?: number
    readonly timezone?: string
  }
  readonly action: {
    readonly workflowType: string
    readonly taskQueue: string
    readonly args?: readonly unknown[]
    readonly memo?: Readonly<Record<string, unknown>>
    readonly workflowExecutionTimeout?: unknown
  }
  readonly policies: { readonly overlap?: string | undefined; readonly catchupWindow: number }
}

/** What stands in Temporal, in the same words. */
export function describedSchedule({
  scheduleId: id,
  memo,
  spec,
  action,
  policies,
}: DescribedSchedule): ExistingSchedule {
  const { calendars = [], intervals = [], jitter = 0, timezone = '' } = spec
  const { workflowType, taskQueue, args = [], workflowExecutionTimeout: timeout } = action
  const applied = readAppliedMark(action.memo)
  return {
    name: id.slice(scheduleId('').length),
    isManaged: isManaged(memo),
    ...(applied === undefined ? {} : { applied }),
    fields: {
      kind: workflowType,
      every: orNone(intervals.map(intervalText)),
      cron: orNone(calendars.map(describedCalendarText)),
      timezone: calendars.length === 0 ? NONE : timezone || 'UTC',
      jitter: formatDuration(jitter),
      catchup: formatDuration(policies.catchupWindow),
      overlap: policies.overlap ?? 'SKIP',
      timeout: typeof timeout === 'number' && timeout > 0 ? formatDuration(timeout) : NONE,
      input: args.map(inputText).join(' and '),
      queue: taskQueue,
    },
  }
}

function intervalText({ every, offset }: { readonly every: number; readonly offset: number }): string {
  return offset > 0 ? `${formatDuration(every)} + ${formatDuration(offset)}` : formatDuration(every)
}

function orNone(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : texts.join(' and ')
}

function inputText(argument: unknown): string {
  return typeof argument === 'object' && argument !== null
    ? canonicalJson(toJson(argument))
    : JSON.stringify(argument)
}

/** The fields as one text in which equal fields are equal. */
export function fieldsText(fields: ScheduleFields): string {
  return JSON.stringify(Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
