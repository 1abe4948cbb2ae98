import { Client, ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client'
import {
  describedSchedule,
  type ExistingSchedule,
} from '../../domain/maintenance/schedules/schedule-fields.ts'
import {
  isManaged,
  MAINTENANCE_PREFIX,
  MANAGED_MEMO,
  scheduleId,
} from '../../domain/maintenance/schedules/schedule-marks.ts'
import { planAtStart, type ScheduleChange } from '../../domain/maintenance/schedules/plan-schedules.ts'
import type { ScheduleDefinition } from '../../domain/maintenance/schedules/schedule-file.ts'
import { temporalSchedule } from '../../domain/maintenance/schedules/temporal-schedule.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

type TemporalParts = Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>

/** A server that is slow to answer does not hold up a start for longer. */
const ANSWER_WITHIN_MS = 30_000

/**
 * Sees to it that the declared schedules exist, without undoing what a person did to them: see `planAtStart`. Any number of
 * orchestrators may call it. Returns what was done.
 */
export async function startSchedules(
  { connection, namespace, dataConverter }: TemporalParts,
  definitions: readonly ScheduleDefinition[],
): Promise<readonly ScheduleChange[]> {
  const client = new Client({ connection, namespace, dataConverter })
  return client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
    const changes = planAtStart(definitions, await readExisting(client, definitions))
    for (const change of changes) {
      const definition = definitions.find(({ name }) => name === change.name)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      if (definition !== undefined) await carryOut(client, change, definition)
    }
    return changes
  })
}

async function readExisting(
  client: Client,
  definitions: readonly ScheduleDefinition[],
): Promise<readonly ExistingSchedule[]> {
  const ids = new Set(definitions.map(({ name }) => scheduleId(name)))
  for await (const { scheduleId: id, memo } of client.schedule.list()) {
    if (id.startsWith(MAINTENANCE_PREFIX) && isManaged(memo)) ids.add(id)
  }
  const described = await Promise.all([...ids].map((id) => describe(client, id)))
  return described.flat()
}

async function describe(client: Client, id: string): Promise<readonly ExistingSchedule[]> {
  try {
    return [describedSchedule(await client.schedule.getHandle(id).describe())]
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return []
    throw error
  }
}

async function carryOut(
  client: Client,
  { name, action }: ScheduleChange,
  definition: ScheduleDefinition,
): Promise<void> {
  const wanted = temporalSchedule(definition, 'start')
  if (action !== 'added') {
    await client.schedule.getHandle(scheduleId(name)).update(({ state }) => ({ ...wanted, state }))
    return
  }
  try {
    const state = { paused: definition.isPausedAtFirst }
    await client.schedule.create({ scheduleId: scheduleId(name), memo: MANAGED_MEMO, ...wanted, state })
  } catch (error) {
    // Another orchestrator, which starts at the same time.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
  }
}
