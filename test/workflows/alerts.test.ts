import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../fixtures/webhook-receiver.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createAlertStore } from '../../store/alerts/alerts.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import { randomUUID } from 'node:crypto'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { verifyWebhook } from '../../client/alerts.ts'

const SECRET = 'shared with the receiver'

let receiver: WebhookReceiver
let system: Orchestration

beforeAll(async () => {
  receiver = await startWebhookReceiver()
  const ops = { name: 'ops', url: receiver.url, secretVariable: 'OPS_SECRET' }
  const keyless = { name: 'keyless', url: receiver.url, secretVariable: 'NOBODY_SETS_THIS' }
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: {
      ...testCatalog([{ name: 'model' }]),
      alerts: { ...DEFAULT_ALERT_SETTINGS, webhooks: [ops, keyless] },
    },
    providers: { model: createScriptedProvider('model', () => 'an answer') },
    alerts: {
      lookup: (name) => (name === 'OPS_SECRET' ? SECRET : undefined),
      alertBackOff: { firstMs: 100, mostMs: 400 },
    },
  })
})
afterAll(async () => {
  await system.stop()
  await receiver.stop()
})

function check(input: object = {}): Promise<unknown> {
  return system.client.workflow.execute('checkAlerts', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `alerts/${randomUUID()}`,
    args: [input],
  })
}

/** A budget of nothing is spent at once. */
async function setCap(tenant: string, capNanoUsd: number): Promise<void> {
  await createBudgetStore(system.database).set({ tenant, window: 'day', capNanoUsd }, Date.now())
}

interface Told {
  readonly id: string
  readonly type: string
  readonly data: { readonly alert: { readonly fingerprint: string } }
}

function toldAbout(part: string, at: WebhookReceiver = receiver): readonly Told[] {
  return at.messages
    .map(({ body }): Told => JSON.parse(body))
    .filter(({ data }) => data.alert.fingerprint.includes(part))
}

const typesAbout = (part: string) => toldAbout(part).map(({ type }) => type)

async function deliveriesTo(name: string, fingerprintPart: string) {
  const all = await createAlertStore(system.database).list({ resolvedToo: true })
  return all
    .filter(({ alert }) => alert.fingerprint.includes(fingerprintPart))
    .flatMap(({ deliveries }) => deliveries.filter((delivery) => delivery.receiver === name))
}

describe('alerts', { timeout: 120_000 }, () => {
  test('are told once when they fire and once when they end, signed, however often the rules are asked', async () => {
    await setCap('storm', 0)
    await Promise.all(Array.from({ length: 10 }, () => check()))
    await check()
    await expect.poll(() => typesAbout('storm')).toEqual(['alert.fired'])
    await setCap('storm', 1_000_000_000)
    await Promise.all(Array.from({ length: 5 }, () => check()))
    await expect.poll(() => typesAbout('storm')).toEqual(['alert.fired', 'alert.resolved'])
    for (const { headers, body } of receiver.messages) {
      expect(verifyWebhook({ headers, body, secret: SECRET })).toBe(true)
    }
    await expect
      .poll(async () => (await deliveriesTo('ops', 'storm')).map(({ tries }) => tries))
      .toEqual([1, 1])
    expect((await deliveriesTo('log', 'storm')).every(({ deliveredAtMs }) => deliveredAtMs)).toBe(true)
  })

  test('wait for a webhook that is away, and are told once when it is back, in their order', async () => {
    await receiver.stop()
    await setCap('away', 0)
    await check()
    await setCap('away', 1_000_000_000)
    await check()
    await expect
      .poll(async () => (await deliveriesTo('ops', 'away')).map(({ tries }) => tries > 3)[0])
      .toBe(true)
    expect((await deliveriesTo('ops', 'away')).map(({ failure }) => failure)[0]).toContain('ECONNREFUSED')
    receiver = await startWebhookReceiver({ port: receiver.port })
    await expect.poll(() => typesAbout('away')).toEqual(['alert.fired', 'alert.resolved'])
    await expect
      .poll(async () => (await deliveriesTo('ops', 'away')).every(({ deliveredAtMs }) => deliveredAtMs))
      .toBe(true)
    expect(typesAbout('away')).toHaveLength(2)
  })

  test('are kept for a webhook whose secret is not set', async () => {
    const kept = await deliveriesTo('keyless', 'storm')
    expect(kept.map(({ tries, deliveredAtMs }) => [tries, deliveredAtMs])).toEqual([
      [0, undefined],
      [0, undefined],
    ])
  })

  test('tell of a schedule whose run failed, until one succeeds', async () => {
    const { client } = system
    const action = (args: readonly object[]) => ({
      type: 'startWorkflow' as const,
      workflowType: 'checkAlerts',
      workflowId: 'scheduled/check',
      taskQueue: TASK_QUEUES.orchestrator,
      args: [...args],
    })
    const schedule = await client.schedule.create({
      scheduleId: 'failing',
      spec: { intervals: [{ every: '1h' }] },
      action: action([{ wrong: 1 }]),
    })
    await schedule.trigger()
    // What a list says of a schedule follows a moment later.
    await expect
      .poll(async () => (await check(), typesAbout('schedule/failing')), { timeout: 60_000, interval: 500 })
      .toEqual(['alert.fired'])
    await schedule.update((before) => ({ ...before, action: action([{}]) }))
    await schedule.trigger()
    await expect
      .poll(async () => (await check(), typesAbout('schedule/failing')), { timeout: 60_000, interval: 500 })
      .toEqual(['alert.fired', 'alert.resolved'])
    await schedule.delete()
  })

  test('end their delivery when everything is told', async () => {
    const delivery = system.client.workflow.getHandle('maintenance/alert-delivery')
    await expect.poll(async () => (await delivery.describe()).status.name).toBe('COMPLETED')
    expect(await delivery.query('status')).toMatchObject({ pending: 0 })
  })

  test('refuse an input that says something', async () => {
    await expect(check({ rules: ['budget'] })).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('rules: is not known here') },
    })
  })
})
