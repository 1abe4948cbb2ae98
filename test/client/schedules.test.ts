import { describe, expect, inject, it } from 'vitest'
import { SCHEDULE_FILE, startScheduleRig } from './schedule-rig.ts'
import { ScheduleNotFoundError } from '@temporalio/client'
import type { SchedulePlan } from '../../domain/maintenance/schedules/plan-schedules.ts'

function actions({ changes }: SchedulePlan): Readonly<Record<string, string>> {
  return Object.fromEntries(changes.map(({ name, action }) => [name, action]))
}

describe('a file of schedules', { timeout: 120_000 }, () => {
  it('is added, changes nothing when it is applied again, and loses what it has no more', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    const dry = await switchyard.planSchedules(SCHEDULE_FILE)
    expect(actions(dry)).toEqual({ 'health-check': 'added', monthly: 'added', nightly: 'added' })
    await expect(rig.describe('nightly')).rejects.toThrow(ScheduleNotFoundError)
    expect(await switchyard.applySchedules(SCHEDULE_FILE)).toEqual(dry)
    const before = await Promise.all(Object.keys(SCHEDULE_FILE.schedules).map(rig.describe))

    const again = await switchyard.applySchedules(SCHEDULE_FILE)
    expect(actions(again)).toEqual({
      'health-check': 'unchanged',
      monthly: 'unchanged',
      nightly: 'unchanged',
    })
    const after = await Promise.all(Object.keys(SCHEDULE_FILE.schedules).map(rig.describe))
    expect(after.map(({ info }) => info.lastUpdatedAt)).toEqual(before.map(({ info }) => info.lastUpdatedAt))

    const { nightly, ...rest } = SCHEDULE_FILE.schedules
    const changed = {
      schedules: { ...rest, 'health-check': { ...rest['health-check'], every: '2h', input: {} } },
    }
    const plan = await switchyard.planSchedules(changed)
    expect(plan.changes).toEqual([
      {
        name: 'health-check',
        action: 'changed',
        fields: [
          { field: 'every', before: '1h', after: '2h' },
          { field: 'input', before: '{"timeoutMs":5000}', after: '{}' },
        ],
      },
      { name: 'monthly', action: 'unchanged' },
      { name: 'nightly', action: 'removed' },
    ])
    expect(nightly.kind).toBe('modelUpdate')
    await switchyard.applySchedules(changed)
    await expect(rig.describe('nightly')).rejects.toThrow(ScheduleNotFoundError)
    expect(actions(await switchyard.applySchedules(changed))).toEqual({
      'health-check': 'unchanged',
      monthly: 'unchanged',
    })
  })

  it('makes schedules that skip what overlaps, with jitter, a catch-up window and one JSON input', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    await switchyard.applySchedules(SCHEDULE_FILE)
    const found = await rig.describe('health-check')
    expect(found.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 10_000 })
    expect(found.spec).toMatchObject({ jitter: 2_000, intervals: [{ every: 3_600_000 }] })
    expect(found.action).toMatchObject({
      workflowType: 'healthCheck',
      args: [{ timeoutMs: 5_000 }],
      taskQueue: 'orchestrator',
    })
    expect(await rig.describe('monthly')).toMatchObject({ state: { paused: true } })
    const nightly = await rig.describe('nightly')
    expect(nightly.spec.timezone).toBe('Europe/Berlin')
    const inBerlin = nightly.info.nextActionTimes.map((at) =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'short',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }).format(at),
    )
    for (const time of inBerlin) expect(time).toMatch(/(Jan|Feb|Mar) (Mon|Tue|Wed|Thu|Fri), 0[345]:(15|45)/)
    expect(inBerlin.length).toBeGreaterThan(0)
  })

  it('leaves alone what it did not make', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    await rig.client.schedule.create({
      scheduleId: 'maintenance/health-check',
      spec: {},
      action: { type: 'startWorkflow', workflowType: 'healthCheck', taskQueue: 'orchestrator', args: [] },
    })
    await rig.client.schedule.create({
      scheduleId: 'maintenance/own',
      spec: {},
      action: { type: 'startWorkflow', workflowType: 'healthCheck', taskQueue: 'orchestrator', args: [] },
    })
    await expect(switchyard.applySchedules(SCHEDULE_FILE)).rejects.toThrow(/Switchyard did not make/)
    await expect(rig.describe('nightly')).rejects.toThrow(ScheduleNotFoundError)
    const { 'health-check': _foreign, ...rest } = SCHEDULE_FILE.schedules
    await switchyard.applySchedules({ schedules: rest })
    await switchyard.applySchedules({ schedules: {} })
    expect(await rig.describe('own')).toMatchObject({ scheduleId: 'maintenance/own' })
    expect(await rig.describe('health-check')).toMatchObject({ scheduleId: 'maintenance/health-check' })
  })

  it('keeps what an operator paused, and brings back what was changed by hand', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    await switchyard.applySchedules(SCHEDULE_FILE)
    await switchyard.pauseSchedule('health-check', { by: 'ada', comment: 'the node is being moved' })
    await rig.client.schedule
      .getHandle('maintenance/nightly')
      .update((found) => ({ ...found, policies: { ...found.policies, catchupWindow: 60_000 } }))
    const plan = await switchyard.applySchedules(SCHEDULE_FILE)
    expect(actions(plan)).toEqual({ 'health-check': 'unchanged', monthly: 'unchanged', nightly: 'changed' })
    expect(plan.changes.at(-1)?.fields).toEqual([{ field: 'catchup', before: '1m', after: '2h' }])
    expect(await rig.describe('health-check')).toMatchObject({
      state: { paused: true, note: 'paused by ada: the node is being moved' },
    })
    const changed = {
      schedules: {
        ...SCHEDULE_FILE.schedules,
        'health-check': { ...SCHEDULE_FILE.schedules['health-check'], every: '3h' },
      },
    }
    await switchyard.applySchedules(changed)
    expect(await rig.describe('health-check')).toMatchObject({ state: { paused: true } })
    await switchyard.resumeSchedule('health-check', { by: 'ada' })
    expect(await rig.describe('health-check')).toMatchObject({ state: { paused: false } })
  })

  it('is refused with everything that is wrong with it, before anything is done', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    const wrong = switchyard.applySchedules({
      schedules: {
        fine: { kind: 'healthCheck', every: '1m' },
        Bad: { kind: 'nothing', every: '5 minutes', cron: '99 * * *', jitter: 3 },
        both: { kind: 'modelUpdate', every: '1m', cron: '* * * * *' },
        input: {
          kind: 'healthCheck',
          every: '1m',
          input: { timeoutMs: 'soon', thresholds: { minCalls: 0 } },
        },
      },
    })
    const error: unknown = await wrong.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'InvalidRequestError' })
    for (const place of [
      'schedules.Bad: must have a name',
      'schedules.Bad.kind',
      'schedules.Bad.every',
      'schedules.Bad.cron: must have five fields',
      'schedules.Bad.jitter',
      'schedules.both: must have either every or cron',
      'schedules.input.input.timeoutMs',
      'schedules.input.input.thresholds.minCalls',
    ]) {
      expect(String(error)).toContain(place)
    }
    await expect(rig.describe('fine')).rejects.toThrow(ScheduleNotFoundError)
  })
})
