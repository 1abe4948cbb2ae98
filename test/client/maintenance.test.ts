import { describe, expect, inject, it } from 'vitest'
import { SCHEDULE_FILE, startScheduleRig } from './schedule-rig.ts'

describe('maintenance that is asked for', { timeout: 120_000 }, () => {
  it('once is listed as scheduled until its time comes', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    const at = new Date(Date.now() + 3_600_000)
    const id = await switchyard.maintainOnce('healthCheck', { at, input: { dryRun: true }, id: 'tonight' })
    expect(id).toBe('maintenance/once/healthCheck/tonight')
    await expect
      .poll(async () => (await switchyard.schedules()).once, { timeout: 20_000 })
      .toMatchObject([{ workflowId: id, kind: 'healthCheck', status: 'scheduled' }])
    const [listed] = (await switchyard.schedules()).once
    expect(Math.abs(Date.parse(listed?.startedAt ?? '') - at.getTime())).toBeLessThan(5_000)
    await expect(switchyard.maintainOnce('healthCheck', { input: { timeoutMs: -1 } })).rejects.toThrow(
      /timeoutMs/,
    )
    await expect(switchyard.maintainOnce('nothing')).rejects.toThrow(/healthCheck/)
  })

  it('by a trigger runs beside its times, and its schedule says how it stands', async () => {
    await using rig = await startScheduleRig(inject('temporalAddress'))
    const { switchyard } = rig
    await switchyard.applySchedules(SCHEDULE_FILE)
    await expect
      .poll(async () => (await switchyard.schedules()).schedules.length, { timeout: 20_000 })
      .toBe(3)
    const { schedules } = await switchyard.schedules()
    expect(schedules).toMatchObject([
      { name: 'health-check', kind: 'healthCheck', times: 'every 1h', isPaused: false, status: 'scheduled' },
      { name: 'monthly', kind: 'optimise', times: '*/20 */6 1 * * UTC', isPaused: true, status: 'scheduled' },
      { name: 'nightly', kind: 'modelUpdate', times: '15,45 3-5 * jan-mar mon-fri Europe/Berlin' },
    ])
    expect(Date.parse(schedules[0]?.nextRunAt ?? '')).toBeGreaterThan(Date.now())
    await switchyard.triggerSchedule('health-check')
    await expect
      .poll(async () => (await switchyard.schedules()).schedules[0], { timeout: 20_000 })
      .toMatchObject({
        status: 'executing',
        lastRun: { workflowId: expect.stringMatching(/^maintenance\/health-check-20/) },
      })
    const run = (await switchyard.schedules()).schedules[0]?.lastRun?.workflowId ?? ''
    await rig.client.workflow.getHandle(run).terminate()
    await expect
      .poll(async () => (await switchyard.schedules()).schedules[0], { timeout: 20_000 })
      .toMatchObject({ status: 'failed', lastRun: { end: 'terminated' } })
    await expect(switchyard.triggerSchedule('unknown')).rejects.toThrow(/no schedule maintenance\/unknown/)
  })
})
