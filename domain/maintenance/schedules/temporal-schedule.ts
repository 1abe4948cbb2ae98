import { APPLIED_MEMO, type AppliedMark, scheduleId, type ScheduleOwner } from './schedule-marks.ts'
import { definedFields, fieldsText } from './schedule-fields.ts'
import type { JsonObject } from '../../json.ts'
import { maintenanceKind } from './maintenance-kinds.ts'
import { namedCalendar } from './named-calendar.ts'
import { parseCron } from './cron.ts'
import type { ScheduleDefinition } from './schedule-file.ts'
import { TASK_QUEUES } from '../../ids.ts'

/** What Temporal's client takes for a schedule, but for its id, its memo and its state. */
export function temporalSchedule(definition: ScheduleDefinition, by: ScheduleOwner) {
  const { name, kind, jitterMs, catchupMs, timeoutMs, input } = definition
  const args: [JsonObject] = [input]
  const mark: AppliedMark = { by, fields: fieldsText(definedFields(definition)) }
  return {
    spec: { ...timesSpec(definition.times), jitter: jitterMs },
    action: {
      type: 'startWorkflow' as const,
      workflowType: kind,
      workflowId: scheduleId(name),
      taskQueue: TASK_QUEUES.orchestrator,
      args,
      memo: { [APPLIED_MEMO]: mark },
      staticSummary: maintenanceKind(kind).summary,
      ...(timeoutMs === undefined ? {} : { workflowExecutionTimeout: timeoutMs }),
    },
    policies: { overlap: 'SKIP' as const, catchupWindow: catchupMs, pauseOnFailure: false },
  }
}

function timesSpec(times: ScheduleDefinition['times']) {
  if ('everyMs' in times) return { intervals: [{ every: times.everyMs }] }
  const read = parseCron(times.cron)
  if (!read.ok) throw new RangeError(`${times.cron}: ${read.problems.join('; ')}`)
  return {
    calendars: [{ ...namedCalendar(read.times), comment: times.cron }],
    timezone: times.timezone,
  }
}
