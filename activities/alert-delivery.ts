import { type BackOff, DELIVERY_BACK_OFF, pauseBeforeTry } from '../domain/alerts/back-off.ts'
import type { AlertEvent } from '../domain/alerts/alert-event.ts'
import type { AlertOutbox, DueDelivery } from '../store/alerts/alert-outbox.ts'
import { Context } from '@temporalio/activity'
import type { DeliveryRound } from '../domain/alerts/check-report.ts'
import { sum } from '../domain/sum.ts'

/** How a message was taken. `refused`: the receiver answered no; `unreachable`: it did not answer, or cannot now. */
export type SendOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'refused' | 'unreachable'; readonly reason: string }

/** Whom messages can be sent to: the log and the webhooks that are configured and have what they need. */
export interface AlertSender {
  readonly receivers: readonly string[]
  /** Never rejects. */
  send(receiver: string, event: AlertEvent): Promise<SendOutcome>
}

export interface AlertDeliveryDeps {
  readonly outbox: AlertOutbox
  readonly alertSender: AlertSender
  /** Default `DELIVERY_BACK_OFF`. */
  readonly alertBackOff?: BackOff
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number
}

const HEARTBEAT_MS = 2_000

/** Sends what is in the outbox. */
export function createAlertDeliveryActivities(deps: AlertDeliveryDeps) {
  const { outbox, alertSender, now = Date.now } = deps
  return {
    /**
     * One try of everything that is due. What was sent is recorded afterwards: a worker that dies in between sends it again,
     * under the same event id.
     */
    deliverAlerts: async (): Promise<DeliveryRound> => {
      const context = Context.current()
      const beat = setInterval(() => {
        context.heartbeat()
      }, HEARTBEAT_MS)
      try {
        const due = await outbox.due(alertSender.receivers, now())
        const byReceiver = Map.groupBy(due, ({ receiver }) => receiver)
        const sent = await Promise.all([...byReceiver.values()].map((queue) => sendAll(deps, queue)))
        const { pending, nextTryAtMs } = await outbox.status(alertSender.receivers)
        return {
          delivered: sum(sent.map(({ delivered }) => delivered)),
          failedTries: sum(sent.map(({ failedTries }) => failedTries)),
          pending,
          ...(nextTryAtMs === undefined ? {} : { nextTryInMs: Math.max(0, nextTryAtMs - now()) }),
        }
      } finally {
        clearInterval(beat)
      }
    },
  }
}

export type AlertDeliveryActivities = ReturnType<typeof createAlertDeliveryActivities>

interface Sent {
  readonly delivered: number
  readonly failedTries: number
}

/** One after the other, until the receiver turns out to be away: the rest would only find the same. */
async function sendAll(deps: AlertDeliveryDeps, queue: readonly DueDelivery[]): Promise<Sent> {
  const { outbox, alertSender, alertBackOff = DELIVERY_BACK_OFF, now = Date.now } = deps
  let [delivered, failedTries] = [0, 0]
  for (const { receiver, event, tries } of queue) {
    const name = { receiver, eventId: event.eventId }
    // oxlint-disable-next-line no-await-in-loop -- in the order in which it happened
    const outcome = await alertSender.send(receiver, event)
    if (outcome.status === 'delivered') {
      // oxlint-disable-next-line no-await-in-loop
      await outbox.delivered(name, now())
      delivered++
      continue
    }
    failedTries++
    const nextTryAtMs = now() + pauseBeforeTry(tries + 1, now() - event.atMs, alertBackOff)
    // oxlint-disable-next-line no-await-in-loop
    await outbox.failed(name, outcome.reason, nextTryAtMs)
    if (outcome.status === 'unreachable') {
      // oxlint-disable-next-line no-await-in-loop
      await outbox.postpone(receiver, nextTryAtMs)
      break
    }
  }
  return { delivered, failedTries }
}
