import { describe, expect, inject, it } from 'vitest'
import { SCHEDULE_FILE, startScheduleRig } from '../client/schedule-rig.ts'
import { ScheduleNotFoundError } from '@temporalio/client'
import { loadSchedules } from '../../workers/maintenance/load-schedules.ts'
import { readWhole } from '../../domain/reading/reader.ts'
import { scheduleFile } from '../../domain/maintenance/schedules/schedule-file.ts'
import { startSchedules } from '../../workers/maintenance/start-schedules.ts'

function definitions(file: unknown) {
  const read = readWhole(scheduleFile, file)
  if (!read.ok) throw new Error(read.problems.join('; '))
  return read.value
}

describe('an orchestrator that starts', { timeout: 120_000 }, () => {
  it('adds what is missing, and later only what its file says anew of what nobody touched', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const first = await startSchedules(rig.surroundings, definitions(SCHEDULE_FILE))
    expect(first.map(({ action }) => action)).toEqual(['added', 'added', 'added'])
    expect(await startSchedules(rig.surroundings, definitions(SCHEDULE_FILE))).toEqual([])
    await rig.client.schedule.getHandle('maintenance/nightly').pause('for a while')
    await rig.client.schedule
      .getHandle('maintenance/health-check')
      .update((found) => ({ ...found, spec: { intervals: [{ every: '5m' }] } }))
    const { nightly, ...others } = SCHEDULE_FILE.schedules
    const newer = {
      schedules: {
        ...others,
        nightly: { ...nightly, catchup: '3h' },
        'health-check': { ...others['health-check'], every: '9h' },
      },
    }
    expect(await startSchedules(rig.surroundings, definitions(newer))).toMatchObject([
      { name: 'nightly', action: 'changed', fields: [{ field: 'catchup' }] },
    ])
    expect(await rig.describe('nightly')).toMatchObject({ state: { paused: true, note: 'for a while' } })
    expect(await rig.describe('health-check')).toMatchObject({ spec: { intervals: [{ every: 300_000 }] } })
  })

  it('changes nothing any more once a person has applied a file', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    await startSchedules(rig.surroundings, definitions(SCHEDULE_FILE))
    const { nightly: _gone, ...rest } = SCHEDULE_FILE.schedules
    const plan = await switchyard.applySchedules({ schedules: rest })
    expect(plan.changes[0]?.fields).toEqual([{ field: 'applied by', before: 'start', after: 'operator' }])
    expect(await startSchedules(rig.surroundings, definitions(SCHEDULE_FILE))).toEqual([])
    await expect(rig.describe('nightly')).rejects.toThrow(ScheduleNotFoundError)
  })

  it('has a file of its own that is fine', async () => {
    const names = (await loadSchedules(new URL('../../schedules.yaml', import.meta.url).pathname)).map(
      ({ name }) => name,
    )
    expect(names).toEqual(expect.arrayContaining(['health-check', 'model-update']))
  })
})
