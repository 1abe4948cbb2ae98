import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client'
import {
  describedSchedule,
  type ExistingSchedule,
} from '../../domain/maintenance/schedules/schedule-fields.ts'
import {
  isManaged,
  MAINTENANCE_PREFIX,
  scheduleId,
} from '../../domain/maintenance/schedules/schedule-marks.ts'

/** A schedule as Temporal describes it; `undefined` where there is none. */
export async function describeSchedule(client: Client, id: string): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(id).describe()
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined
    throw error
  }
}

/** The ids of the schedules that Switchyard made. The list may be behind by a moment. */
export async function listManagedIds(client: Client): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { scheduleId: id, memo } of client.schedule.list()) {
    if (id.startsWith(MAINTENANCE_PREFIX) && isManaged(memo)) ids.push(id)
  }
  return ids.toSorted()
}

/** What stands in Temporal of these names, and all else that Switchyard made. Every one is asked for by itself. */
export async function readExisting(
  client: Client,
  names: readonly string[],
): Promise<readonly ExistingSchedule[]> {
  const ids = new Set([...names.map(scheduleId), ...(await listManagedIds(client))])
  const described = await Promise.all([...ids].map((id) => describeSchedule(client, id)))
  return described.flatMap((one) => (one === undefined ? [] : [describedSchedule(one)]))
}
