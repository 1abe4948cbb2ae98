import { carryOut, planFile, readScheduleFile } from './schedules/apply-schedules.ts'
import { type Client, ScheduleNotFoundError } from '@temporalio/client'
import { InvalidRequestError, OperationRefusedError } from './errors.ts'
import { listSchedules, type ScheduleList } from './schedules/list-schedules.ts'
import { MAINTENANCE_ACTIVITIES } from '../workflows/contract.ts'
import {
  maintenanceKind,
  MAINTENANCE_KIND_NAMES,
  type MaintenanceKindName,
} from '../domain/maintenance/schedules/maintenance-kinds.ts'
import { ONCE_PREFIX, scheduleId } from '../domain/maintenance/schedules/schedule-marks.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { MaintenanceReport } from '../domain/maintenance/maintenance-report.ts'
import { oneOf } from '../domain/reading/scalars.ts'
import { readWhole } from '../domain/reading/reader.ts'
import type { SchedulePlan } from '../domain/maintenance/schedules/plan-schedules.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { toClientError } from './read-failure.ts'

/** Who acts on a schedule, and why. */
export interface ScheduleOrder {
  readonly by: string
  readonly comment?: string
}

/** Maintenance that is to run once. */
export interface OnceOptions {
  /** Default: now. */
  readonly at?: Date
  /** The workflow's input; default: its defaults. */
  readonly input?: JsonObject
  /** Default: a new one. The same id runs once at a time. */
  readonly id?: string
}

/** Schedules of maintenance, and what they look after. */
export interface Schedules {
  /** What applying a file would do. @throws InvalidRequestError with everything that is wrong with it */
  planSchedules(file: unknown): Promise<SchedulePlan>
  /**
   * Has Temporal hold what a file declares, `schedules: {<name>: …}`: adds, changes and removes. Twice the same changes
   * nothing. @throws InvalidRequestError
   */
  applySchedules(file: unknown): Promise<SchedulePlan>
  /** All maintenance, with when it ran and when it runs next. */
  schedules(): Promise<ScheduleList>
  /** Runs a schedule's maintenance now, beside its times. @throws OperationRefusedError when there is none */
  triggerSchedule(name: string): Promise<void>
  /** Its times pass without a run until it is resumed. @throws OperationRefusedError when there is none */
  pauseSchedule(name: string, order: ScheduleOrder): Promise<void>
  /** @throws OperationRefusedError when there is none */
  resumeSchedule(name: string, order: ScheduleOrder): Promise<void>
  /** Runs one kind of maintenance once. Returns the id of its workflow. @throws InvalidRequestError */
  maintainOnce(kind: string, options?: OnceOptions): Promise<string>
  /** The versions that are looked after, and what was done by itself. */
  maintenance(): Promise<MaintenanceReport>
}

export interface ScheduleParts {
  readonly client: Client
  readonly address: string
  readonly execute: ExecuteActivity
}

export function createSchedules(parts: ScheduleParts): Schedules {
  const { client, address, execute } = parts
  const asked = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof InvalidRequestError || error instanceof OperationRefusedError) throw error
      throw toClientError(error, address, what)
    }
  }
  const drive = (name: string, work: () => Promise<void>): Promise<void> =>
    asked(`the schedule ${name}`, () => work().catch((error: unknown) => refuseMissing(error, name)))
  const handleOf = (name: string) => client.schedule.getHandle(scheduleId(name))
  return {
    planSchedules: (file) => asked('the schedules', () => planFile(client, readScheduleFile(file))),
    applySchedules: (file) =>
      asked('the schedules', async () => {
        const definitions = readScheduleFile(file)
        const plan = await planFile(client, definitions)
        await carryOut(client, definitions, plan)
        return plan
      }),
    schedules: () => asked('the schedules', () => listSchedules(client)),
    triggerSchedule: (name) => drive(name, () => handleOf(name).trigger()),
    pauseSchedule: (name, order) => drive(name, () => handleOf(name).pause(noteOf('paused', order))),
    resumeSchedule: (name, order) => drive(name, () => handleOf(name).unpause(noteOf('resumed', order))),
    maintainOnce: (kind, options = {}) => asked(`the ${kind}`, () => maintainOnce(client, kind, options)),
    maintenance: () => execute(MAINTENANCE_ACTIVITIES.maintenanceReport, {}),
  }
}

function noteOf(done: string, { by, comment }: ScheduleOrder): string {
  return comment === undefined ? `${done} by ${by}` : `${done} by ${by}: ${comment}`
}

function refuseMissing(error: unknown, name: string): never {
  if (!(error instanceof ScheduleNotFoundError)) throw error
  throw new OperationRefusedError(
    `there is no schedule ${scheduleId(name)}`,
    'See what there is: switchyard schedules list',
    { cause: error },
  )
}

async function maintainOnce(
  client: Client,
  asked: string,
  { at, input = {}, id = crypto.randomUUID().slice(0, 8) }: OnceOptions,
): Promise<string> {
  const kind = readKind(asked)
  const { input: reader, summary } = maintenanceKind(kind)
  const read = readWhole(reader, input)
  if (!read.ok) throw new InvalidRequestError(`the input of ${kind}`, read.problems)
  const workflowId = `${ONCE_PREFIX}${kind}/${id}`
  const startDelay = at === undefined ? 0 : at.getTime() - Date.now()
  await client.workflow.start(kind, {
    workflowId,
    taskQueue: TASK_QUEUES.orchestrator,
    args: [input],
    staticSummary: `${summary}, once`,
    ...(startDelay > 0 ? { startDelay } : {}),
  })
  return workflowId
}

function readKind(asked: string): MaintenanceKindName {
  const read = readWhole(oneOf(MAINTENANCE_KIND_NAMES), asked)
  if (read.ok) return read.value
  throw new InvalidRequestError('the kind of maintenance', read.problems)
}
