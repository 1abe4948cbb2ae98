import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertEvents, alerts as alertsTable } from '../../../store/schema.ts'
import { type AlertStore, createAlertStore } from '../../../store/alerts/alerts.ts'
import { type AlertOutbox, createAlertOutbox } from '../../../store/alerts/alert-outbox.ts'
import { findingOf, look, NOON, options } from '../alert-records.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { eq } from 'drizzle-orm'
import { testEvent } from '../../../domain/alerts/event-of.ts'

describe.each(ENGINES)('Alerts on $name', ({ open }) => {
  let database: Database
  let alerts: AlertStore
  let outbox: AlertOutbox
  beforeAll(async () => {
    database = await open()
    alerts = createAlertStore(database)
    outbox = createAlertOutbox(database)
  })
  afterAll(() => database.close())

  const breach = (subject: string, atMs: number) => alerts.apply(look(findingOf(subject)), options(atMs))
  const clear = (atMs: number) => alerts.apply(look(), options(atMs))
  const sendAll = async (atMs: number) => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- the end of an alert is due when its beginning was told
      const due = await outbox.due(['log', 'ops'], atMs)
      if (due.length === 0) return
      for (const { receiver, event } of due)
        // oxlint-disable-next-line no-await-in-loop
        await outbox.delivered({ receiver, eventId: event.eventId }, atMs)
    }
  }

  it(
    'makes one alert of a thousand breaches in a minute, from ten at once, and one end',
    { timeout: 120_000 },
    async () => {
      const told: string[] = []
      for (let hundred = 0; hundred < 100; hundred++) {
        const batch = Array.from({ length: 10 }, (_, index) =>
          breach('storm', NOON + hundred * 600 + index * 60),
        )
        // oxlint-disable-next-line no-await-in-loop -- ten at once
        for (const events of await Promise.all(batch)) told.push(...events.map(({ kind }) => kind))
      }
      expect(told).toEqual(['fired'])
      for (let minute = 1; minute <= 3; minute++)
        // oxlint-disable-next-line no-await-in-loop
        told.push(...(await clear(NOON + minute * 60_000)).map(({ kind }) => kind))
      expect(told).toEqual(['fired', 'resolved'])
      const details = await alerts.find('model-health/storm')
      expect(details).toMatchObject({ alert: { phase: 'resolved', breaches: 1_000 } })
      expect(details?.deliveries.map(({ kind, receiver }) => `${kind} ${receiver}`)).toEqual([
        'fired log',
        'fired ops',
        'resolved log',
        'resolved ops',
      ])
      await sendAll(NOON + 600_000)
    },
  )

  it('writes the event with the change or neither', async () => {
    const [event] = await breach('together', NOON)
    const [row] = await database.queries.select().from(alertsTable).where(eq(alertsTable.subject, 'together'))
    const events = await database.queries
      .select()
      .from(alertEvents)
      .where(eq(alertEvents.alertId, row?.alertId ?? ''))
    expect(events).toMatchObject([{ eventId: `${row?.alertId}.fired`, event }])
    await clear(NOON + 1)
    await sendAll(NOON + 1)
  })

  it('begins a new alert when the same thing happens again', async () => {
    const [first] = await breach('again', NOON)
    await clear(NOON + 1_000)
    const [second] = await breach('again', NOON + 2_000)
    expect(second?.alert.fingerprint).toBe(first?.alert.fingerprint)
    expect(second?.eventId).not.toBe(first?.eventId)
    await clear(NOON + 3_000)
    await sendAll(NOON + 3_000)
  })

  it('shows nothing of what is only suspected, and forgets it when it passes', async () => {
    const patient = options(NOON)
    const slow = {
      ...patient,
      hysteresis: { ...patient.hysteresis, 'model-health': { openAfterMs: 1_000, resolveAfterMs: 0 } },
    }
    await alerts.apply(look(findingOf('suspected')), slow)
    await expect(alerts.find('model-health/suspected')).resolves.toBeUndefined()
    await alerts.apply(look(findingOf('suspected', { status: 'clear' })), { ...slow, nowMs: NOON + 500 })
    const rows = await database.queries.select().from(alertsTable).where(eq(alertsTable.subject, 'suspected'))
    expect(rows).toEqual([])
  })

  it('leaves alerts of rules alone that were not asked', async () => {
    await breach('kept', NOON)
    await alerts.apply({ evaluated: ['budget'], findings: [] }, options(NOON + 1_000))
    await expect(alerts.find('model-health/kept')).resolves.toMatchObject({ alert: { phase: 'open' } })
    await clear(NOON + 2_000)
    await sendAll(NOON + 2_000)
  })

  it('tells a receiver only of the rules that it is for, and everybody of a test', async () => {
    const receivers = [{ name: 'log' }, { name: 'ops', rules: ['budget'] as const }]
    await alerts.apply(look(findingOf('picky')), { ...options(NOON), receivers })
    const details = await alerts.find('model-health/picky')
    expect(details?.deliveries.map(({ receiver }) => receiver)).toEqual(['log'])
    await alerts.writeTest(testEvent('test-1', 'ada', NOON), receivers)
    const test = await alerts.find('test-1')
    expect(test).toMatchObject({ alert: { rule: 'test', phase: 'resolved', severity: 'info' } })
    expect(test?.deliveries.map(({ receiver }) => receiver)).toEqual(['log', 'ops'])
    await clear(NOON + 1)
    await sendAll(NOON + 1)
  })

  it('does not tell the end to a receiver that does not know of the beginning', async () => {
    await breach('ordered', NOON)
    await clear(NOON + 1_000)
    const dueAt = async (atMs: number) => (await outbox.due(['ops'], atMs)).map(({ event }) => event.kind)
    expect(await dueAt(NOON + 1_000)).toEqual(['fired'])
    const [due] = await outbox.due(['ops'], NOON + 1_000)
    const name = { receiver: 'ops', eventId: due?.event.eventId ?? '' }
    await outbox.failed(name, 'it answered 400', NOON + 9_000)
    expect(await dueAt(NOON + 8_000)).toEqual([])
    expect(await outbox.status(['ops'])).toEqual({ pending: 2, nextTryAtMs: NOON + 9_000 })
    expect(await dueAt(NOON + 9_000)).toEqual(['fired'])
    await outbox.delivered(name, NOON + 9_000)
    expect(await dueAt(NOON + 9_000)).toEqual(['resolved'])
    await sendAll(NOON + 10_000)
    expect(await outbox.status(['log', 'ops'])).toEqual({ pending: 0 })
  })

  it('keeps what is to be told to a receiver that is away', async () => {
    await breach('away', NOON)
    await outbox.postpone('ops', NOON + 60_000)
    expect(await outbox.due(['ops'], NOON + 59_999)).toEqual([])
    expect(await outbox.due(['ops'], NOON + 60_000)).toHaveLength(1)
    expect(await outbox.due(['log'], NOON)).toHaveLength(1)
    await clear(NOON + 60_000)
    await sendAll(NOON + 60_000)
  })

  it('remembers who has seen an alert that is open', async () => {
    await breach('seen', NOON)
    const seen = { by: 'ada', atMs: NOON + 5, comment: 'on it' }
    await expect(alerts.acknowledge('model-health/seen', seen)).resolves.toMatchObject({ acknowledged: seen })
    await expect(alerts.list({})).resolves.toMatchObject([{ alert: { subject: 'seen', acknowledged: seen } }])
    await clear(NOON + 10)
    await expect(alerts.acknowledge('model-health/seen', seen)).resolves.toBeUndefined()
    await sendAll(NOON + 10)
  })

  it('forgets what ended long ago, with its messages', async () => {
    await breach('open', NOON)
    expect(await alerts.forget(NOON + 1_000_000)).toBeGreaterThan(0)
    const left = await alerts.list({ resolvedToo: true })
    expect(left.map(({ alert }) => alert.subject)).toEqual(['open'])
    expect(await database.queries.select().from(alertEvents)).toHaveLength(1)
  })
})
