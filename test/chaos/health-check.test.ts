import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type MaintainedRig, startMaintainedRig } from './support/maintained-rig.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from './support/until.ts'

const PERIOD_MS = 2_000
const TIMEOUT_MS = 2_000

const SCHEDULES = {
  schedules: {
    'health-check': {
      kind: 'healthCheck',
      every: `${PERIOD_MS / 1000}s`,
      catchup: '10s',
      input: { timeoutMs: TIMEOUT_MS, rules: { goodCallsToStay: 6, returnPercent: 20 } },
    },
  },
}

/** This machine is shared: what counts is the number of checks, the time only has to be of that order. */
const SLACK_MS = 30_000

const PATIENCE = { timeoutMs: 180_000, intervalMs: 100 }

/** Sends one request after the other, as a user would, and keeps who answered, or the error. */
function startUsers({ switchyard }: MaintainedRig) {
  const ends: { readonly model?: string; readonly error?: unknown; readonly endedAtMs: number }[] = []
  const over = new AbortController()
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const outcome = await switchyard.call('Hello').then(
        ({ model }) => ({ model }),
        (error: unknown) => ({ error }),
      )
      ends.push({ ...outcome, endedAtMs: Date.now() })
      await sleep(50)
    }
  }
  const done = Promise.all([run(), run()])
  return {
    ends,
    stop: async () => {
      over.abort()
      await done
    },
  }
}

describe('the health check of a dev system', { timeout: 300_000 }, () => {
  let rig: MaintainedRig
  beforeAll(async () => {
    rig = await startMaintainedRig({ address: inject('temporalAddress'), schedules: SCHEDULES })
  }, 120_000)
  afterAll(() => rig[Symbol.asyncDispose](), 60_000)

  const checks = async (): Promise<number> =>
    (await rig.client.schedule.getHandle('maintenance/health-check').describe()).info.numActionsTaken

  const reaches = (status: string) =>
    until(
      `fragile is ${status}`,
      async () => {
        const health = await rig.healthOf('fragile')
        return health?.status === status ? health : undefined
      },
      PATIENCE,
    )

  it('takes a host that was killed out of routing, and back little by little; no request fails meanwhile', async () => {
    await reaches('healthy')
    const users = startUsers(rig)
    await until('fragile answers', () => users.ends.find(({ model }) => model === 'fragile'), PATIENCE)
    const checksBefore = await checks()
    const killedAtMs = Date.now()
    await rig.killFragileHost()
    const out = await reaches('out')
    expect((await checks()) - checksBefore).toBeLessThanOrEqual(5)
    expect(out.changedAtMs - killedAtMs).toBeLessThan(3 * PERIOD_MS + TIMEOUT_MS + SLACK_MS)
    expect(out).toMatchObject({ sharePercent: 0, reason: expect.stringMatching(/is ready on no GPU node/) })
    const outAtMs = Date.now() + 2_000
    await until(
      'users are served meanwhile',
      () => users.ends.find(({ endedAtMs }) => endedAtMs > outAtMs + 2_000),
      PATIENCE,
    )
    const meanwhile = users.ends.filter(({ endedAtMs }) => endedAtMs > outAtMs)
    expect(new Set(meanwhile.map(({ model }) => model))).toEqual(new Set(['steady']))

    await rig.mendFragileHost()
    const returning = await reaches('returning')
    expect(returning).toMatchObject({ sharePercent: 20 })
    await reaches('healthy')
    const healthyAtMs = Date.now() + 2_000
    await until(
      'fragile answers again',
      () => users.ends.find(({ model, endedAtMs }) => model === 'fragile' && endedAtMs > healthyAtMs),
      PATIENCE,
    )
    await users.stop()
    expect(users.ends.filter(({ error }) => error !== undefined)).toEqual([])
  })

  it('is a schedule that says how it went', async () => {
    const { schedules, continuous } = await rig.switchyard.schedules()
    expect(schedules).toMatchObject([
      {
        name: 'health-check',
        kind: 'healthCheck',
        times: 'every 2s',
        isPaused: false,
        lastRun: expect.anything(),
      },
    ])
    expect(continuous.map(({ workflowId, status }) => [workflowId, status])).toEqual([
      ['maintenance/sweep', 'executing'],
      ['maintenance/retention', 'executing'],
    ])
  })
})
