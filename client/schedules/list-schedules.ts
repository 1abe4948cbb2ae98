import {
  type Client,
  type ScheduleDescription,
  type WorkflowExecutionStatusName,
  WorkflowNotFoundError,
} from '@temporalio/client'
import { describedSchedule } from '../../domain/maintenance/schedules/schedule-fields.ts'
import { describeSchedule, listManagedIds } from './read-schedules.ts'
import { ONCE_PREFIX } from '../../domain/maintenance/schedules/schedule-marks.ts'
import { RETENTION_WORKFLOW_ID, SWEEP_WORKFLOW_ID } from '../../workflows/contract.ts'

/** `scheduled`: nothing has run yet, or it is still to begin; a run that was cancelled or terminated failed. */
export type ActivityStatus = 'scheduled' | 'executing' | 'completed' | 'failed'

/** A run of maintenance. Times are ISO 8601. */
export interface MaintenanceRun {
  readonly workflowId: string
  readonly status: ActivityStatus
  readonly startedAt: string
  /** Temporal's own word for how it ended. */
  readonly end?: string
}

/** A schedule as it stands. */
export interface ListedSchedule {
  readonly name: string
  readonly scheduleId: string
  /** The type of its workflow. */
  readonly kind: string
  /** `every 20s`, or the cron line. */
  readonly times: string
  readonly isPaused: boolean
  /** Why it is paused, or what stands beside it. */
  readonly note?: string
  readonly status: ActivityStatus
  /** ISO 8601; absent while it is paused. */
  readonly nextRunAt?: string
  /** Absent before the first. */
  readonly lastRun?: MaintenanceRun
}

/** A single piece of maintenance: one that runs all the time, or one that somebody asked for once. */
export interface ListedActivity extends MaintenanceRun {
  readonly kind: string
}

/** All maintenance that Temporal knows. */
export interface ScheduleList {
  readonly schedules: readonly ListedSchedule[]
  /** Workflows that run all the time, without a schedule. */
  readonly continuous: readonly ListedActivity[]
  /** What was asked for once, the newest first, at most 50. */
  readonly once: readonly ListedActivity[]
}

const MOST_LISTED = 50

export async function listSchedules(client: Client): Promise<ScheduleList> {
  const [schedules, continuous, once] = await Promise.all([
    listManaged(client),
    Promise.all([SWEEP_WORKFLOW_ID, RETENTION_WORKFLOW_ID].map((id) => describeRun(client, id))),
    listOnce(client),
  ])
  return { schedules, continuous: continuous.flatMap((run) => (run === undefined ? [] : [run])), once }
}

async function listManaged(client: Client): Promise<readonly ListedSchedule[]> {
  const ids = await listManagedIds(client)
  const listed = await Promise.all(
    ids.map(async (id) => {
      const description = await describeSchedule(client, id)
      return description === undefined ? [] : [await toListed(client, description)]
    }),
  )
  return listed.flat()
}

async function toListed(client: Client, description: ScheduleDescription): Promise<ListedSchedule> {
  const { scheduleId, action, state, info } = description
  const { name, fields } = describedSchedule(description)
  const [next] = info.nextActionTimes
  const last = info.recentActions.at(-1)?.action.workflow
  const run = last === undefined ? undefined : await describeRun(client, last.workflowId)
  const comment = description.spec.calendars?.[0]?.comment
  const { note = '' } = state
  return {
    name,
    scheduleId,
    kind: action.workflowType,
    times: fields.every === '-' ? `${comment ?? fields.cron} ${fields.timezone}` : `every ${fields.every}`,
    isPaused: state.paused,
    ...(note === '' ? {} : { note }),
    status: run?.status ?? 'scheduled',
    ...(next === undefined || state.paused ? {} : { nextRunAt: next.toISOString() }),
    ...(run === undefined ? {} : { lastRun: toRun(run) }),
  }
}

function toRun({ kind: _kind, ...run }: ListedActivity): MaintenanceRun {
  return run
}

/** The latest run of a workflow; nothing where Temporal does not know it any more. */
async function describeRun(client: Client, workflowId: string): Promise<ListedActivity | undefined> {
  try {
    const { type, status, startTime, executionTime } = await client.workflow.getHandle(workflowId).describe()
    return activityOf({ workflowId, type, status, startTime, executionTime })
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}

async function listOnce(client: Client): Promise<readonly ListedActivity[]> {
  const found: ListedActivity[] = []
  for await (const info of client.workflow.list({ query: `WorkflowId STARTS_WITH "${ONCE_PREFIX}"` })) {
    found.push(activityOf(info))
    if (found.length >= MOST_LISTED) break
  }
  return found
}

function activityOf({
  workflowId,
  type,
  status,
  startTime,
  executionTime,
}: {
  readonly workflowId: string
  readonly type: string
  readonly status: { readonly name: WorkflowExecutionStatusName }
  readonly startTime: Date
  readonly executionTime?: Date | undefined
}): ListedActivity {
  const beginsAt = executionTime ?? startTime
  const { name } = status
  const run = { workflowId, kind: type, startedAt: beginsAt.toISOString() }
  if (name === 'RUNNING' && beginsAt.getTime() > Date.now()) return { ...run, status: 'scheduled' }
  if (name === 'RUNNING' || name === 'CONTINUED_AS_NEW' || name === 'PAUSED')
    return { ...run, status: 'executing' }
  return {
    ...run,
    status: name === 'COMPLETED' ? 'completed' : 'failed',
    end: name.toLowerCase().replaceAll('_', ' '),
  }
}
