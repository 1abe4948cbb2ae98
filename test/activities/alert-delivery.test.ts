import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AlertDeliveryDeps, createAlertDeliveryActivities } from '../../activities/alert-delivery.ts'
import { type AlertStore, createAlertStore } from '../../store/alerts/alerts.ts'
import { findingOf, look, NOON, options } from '../store/alert-records.ts'
import { createAlertOutbox } from '../../store/alerts/alert-outbox.ts'
import { type Database, openDatabase } from '../../store/database.ts'
import type { DeliveryRound } from '../../domain/alerts/check-report.ts'
import { MockActivityEnvironment } from '@temporalio/testing'

let database: Database
let alerts: AlertStore
beforeAll(async () => {
  database = await openDatabase({ dataDir: ':memory:' })
  alerts = createAlertStore(database)
})
afterAll(() => database.close())

const MINUTE = 60_000

/** Delivers on a clock of its own, until everything is told or a time has come. Returns what was tried, and when. */
async function deliver(fromMs: number, untilMs: number, isAway: (atMs: number) => boolean) {
  let atMs = fromMs
  const tried: { readonly eventId: string; readonly minute: number; readonly wasTaken: boolean }[] = []
  const deps: AlertDeliveryDeps = {
    outbox: createAlertOutbox(database),
    now: () => atMs,
    alertSender: {
      receivers: ['ops'],
      send: async (_receiver, { eventId }) => {
        const wasTaken = !isAway(atMs)
        tried.push({ eventId, wasTaken, minute: (atMs - NOON) / MINUTE })
        return wasTaken ? { status: 'delivered' } : { status: 'unreachable', reason: 'away' }
      },
    },
  }
  const { deliverAlerts } = createAlertDeliveryActivities(deps)
  while (atMs < untilMs) {
    // oxlint-disable-next-line no-await-in-loop -- round after round, as the workflow does
    const round: DeliveryRound = await new MockActivityEnvironment().run(deliverAlerts)
    if (round.nextTryInMs === undefined) break
    atMs += Math.max(1, round.nextTryInMs)
  }
  return { tried, atMs }
}

describe('the delivery of alerts', () => {
  it('brings each message once to a webhook that was away for five minutes', async () => {
    const subjects = Array.from({ length: 20 }, (_, index) => findingOf(`subject-${index}`))
    await alerts.apply(look(...subjects), options(NOON))
    await alerts.apply(look(), options(NOON + 1))
    const { tried, atMs } = await deliver(NOON + 1, NOON + 60 * MINUTE, (now) => now < NOON + 5 * MINUTE)
    const taken = tried.filter(({ wasTaken }) => wasTaken).map(({ eventId }) => eventId)
    expect(taken).toHaveLength(40)
    expect(new Set(taken).size).toBe(40)
    for (const eventId of taken.filter((id) => id.endsWith('.resolved')))
      expect(taken.indexOf(eventId)).toBeGreaterThan(taken.indexOf(eventId.replace('.resolved', '.fired')))
    expect(atMs).toBeLessThanOrEqual(NOON + 5.6 * MINUTE)
  })

  it('does not knock at a closed door with every message', async () => {
    const subjects = Array.from({ length: 30 }, (_, index) => findingOf(`crowd-${index}`))
    await alerts.apply(look(...subjects), options(NOON))
    const { tried } = await deliver(NOON, NOON + 5 * MINUTE, () => true)
    expect(tried.length).toBeLessThan(60)
    await deliver(NOON + 60 * MINUTE, NOON + 61 * MINUTE, () => false)
  })

  it('goes on with the others when a webhook refuses one message', async () => {
    await alerts.apply(look(findingOf('poison'), findingOf('fine')), options(NOON + 90 * MINUTE))
    const sent: string[] = []
    const { deliverAlerts } = createAlertDeliveryActivities({
      outbox: createAlertOutbox(database),
      now: () => NOON + 90 * MINUTE,
      alertSender: {
        receivers: ['ops'],
        send: async (_receiver, { alert }) => {
          sent.push(alert.subject)
          return alert.subject === 'poison'
            ? { status: 'refused', reason: 'it answered 400' }
            : { status: 'delivered' }
        },
      },
    })
    expect(await new MockActivityEnvironment().run(deliverAlerts)).toMatchObject({
      failedTries: 1,
      nextTryInMs: 2_000,
    })
    expect(sent).toEqual(expect.arrayContaining(['poison', 'fine']))
  })
})
