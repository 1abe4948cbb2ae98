import { Client, type ScheduleSummary, WorkflowNotFoundError } from '@temporalio/client'
import type { ScheduledRun, ScheduleReading } from '../../domain/alerts/schedule-rule.ts'
import { WORKFLOW_TYPES } from '../../workflows/contract.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** A server that does not answer must not hold a look for longer than this. */
const DEADLINE_MS = 10_000

const OURS: ReadonlySet<string> = new Set(Object.values(WORKFLOW_TYPES))

/** Asks Temporal, through the worker's own connection, about every schedule that starts a workflow of Switchyard. */
export function createReadSchedules({
  connection,
  namespace,
  dataConverter,
}: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>): () => Promise<
  readonly ScheduleReading[]
> {
  const client = new Client({ connection, namespace, dataConverter })
  return () =>
    client.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const schedules: ScheduleSummary[] = []
      for await (const summary of client.schedule.list()) {
        if (OURS.has(summary.action?.workflowType ?? '')) schedules.push(summary)
      }
      return Promise.all(schedules.map((summary) => readSchedule(client, summary)))
    })
}

/** The last run, and the one before it: the last may only have begun. */
const RUNS_ASKED_FOR = 2

async function readSchedule(
  client: Client,
  { scheduleId, state, info }: ScheduleSummary,
): Promise<ScheduleReading> {
  const latestFirst = info.recentActions.toSorted(
    (left, right) => right.takenAt.getTime() - left.takenAt.getTime(),
  )
  const runs = await Promise.all(
    latestFirst.slice(0, RUNS_ASKED_FOR).map(({ action }) => readRun(client, action.workflow.workflowId)),
  )
  return {
    scheduleId,
    isPaused: state.paused,
    nextAtMs: info.nextActionTimes.map((time) => time.getTime()),
    runs: runs.filter((run) => run !== undefined),
  }
}

async function readRun(client: Client, workflowId: string): Promise<ScheduledRun | undefined> {
  try {
    const { status, startTime } = await client.workflow.getHandle(workflowId).describe()
    return { workflowId, status: STATUSES.get(status.name) ?? 'failed', startedAtMs: startTime.getTime() }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}

/** A terminated run did not do its work either. */
const STATUSES: ReadonlyMap<string, ScheduledRun['status']> = new Map([
  ['RUNNING', 'running'],
  ['CONTINUED_AS_NEW', 'running'],
  ['PAUSED', 'running'],
  ['COMPLETED', 'completed'],
  ['CANCELLED', 'cancelled'],
] as const)
