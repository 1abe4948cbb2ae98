import { type Client, ScheduleNotFoundError } from '@temporalio/client'
import { MANAGED_MEMO, scheduleId } from '../../domain/maintenance/schedules/schedule-marks.ts'
import {
  planSchedules,
  type ScheduleChange,
  type SchedulePlan,
} from '../../domain/maintenance/schedules/plan-schedules.ts'
import { type ScheduleDefinition, scheduleFile } from '../../domain/maintenance/schedules/schedule-file.ts'
import { InvalidRequestError } from '../errors.ts'
import { readExisting } from './read-schedules.ts'
import { readWhole } from '../../domain/reading/reader.ts'
import { temporalSchedule } from '../../domain/maintenance/schedules/temporal-schedule.ts'

/** Reads what a file of schedules holds. @throws InvalidRequestError with everything that is wrong */
export function readScheduleFile(file: unknown): readonly ScheduleDefinition[] {
  const read = readWhole(scheduleFile, file)
  if (!read.ok) throw new InvalidRequestError('the file of schedules', read.problems)
  return read.value
}

/** What would be done. @throws InvalidRequestError where something stands in the way */
export async function planFile(
  client: Client,
  definitions: readonly ScheduleDefinition[],
): Promise<SchedulePlan> {
  const existing = await readExisting(
    client,
    definitions.map(({ name }) => name),
  )
  const plan = planSchedules(definitions, existing)
  if (plan.problems.length > 0) throw new InvalidRequestError('the file of schedules', plan.problems)
  return plan
}

/** Does it, one schedule after the other: what fails leaves the rest for the next time. */
export async function carryOut(
  client: Client,
  definitions: readonly ScheduleDefinition[],
  { changes }: SchedulePlan,
): Promise<void> {
  for (const change of changes) {
    const definition = definitions.find(({ name }) => name === change.name)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await carryOutOne(client, change, definition)
  }
}

async function carryOutOne(
  client: Client,
  { name, action }: ScheduleChange,
  definition: ScheduleDefinition | undefined,
): Promise<void> {
  if (action === 'unchanged') return
  const handle = client.schedule.getHandle(scheduleId(name))
  if (definition === undefined) {
    await handle.delete().catch(ignoreMissing)
    return
  }
  const wanted = temporalSchedule(definition, 'operator')
  if (action === 'added') {
    const state = { paused: definition.isPausedAtFirst }
    await client.schedule.create({ scheduleId: scheduleId(name), memo: MANAGED_MEMO, ...wanted, state })
    return
  }
  // Whether it is paused, and why, is the operator's.
  await handle.update(({ state }) => ({ ...wanted, state }))
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error
}
