import type { AlertSender, SendOutcome } from '../../activities/alert-delivery.ts'
import { type AlertEvent, LOG_RECEIVER, webhookBody } from '../../domain/alerts/alert-event.ts'
import type { Logger } from 'pino'
import { signWebhook } from '../../payloads/webhook-signature.ts'
import type { UsableWebhook } from './usable-webhooks.ts'

/** A receiver has so long to take a message, in milliseconds. */
const PATIENCE_MS = 10_000

export interface AlertSenderParts {
  /** The only addresses that anything is sent to. */
  readonly webhooks: readonly UsableWebhook[]
  readonly logger: Logger
  readonly patienceMs?: number
}

/** Tells the log and the webhooks. A receiver is named, never addressed: nothing goes anywhere that is not configured. */
export function createAlertSender({
  webhooks,
  logger,
  patienceMs = PATIENCE_MS,
}: AlertSenderParts): AlertSender {
  const byName = new Map(webhooks.map((webhook) => [webhook.name, webhook]))
  return {
    receivers: [LOG_RECEIVER, ...byName.keys()],
    send: async (receiver, event) => {
      if (receiver === LOG_RECEIVER) {
        writeLog(logger, event)
        return { status: 'delivered' }
      }
      const webhook = byName.get(receiver)
      if (webhook === undefined) return { status: 'refused', reason: `no webhook ${receiver} is configured` }
      return post(webhook, event, patienceMs)
    },
  }
}

function writeLog(logger: Logger, { eventId, kind, text, alert }: AlertEvent): void {
  const { alertId, rule, subject, severity, fingerprint } = alert
  const level = kind !== 'fired' ? 'info' : severity === 'critical' ? 'error' : 'warn'
  logger[level]({ eventId, alertId, rule, subject, severity, fingerprint }, `alert ${kind}: ${text}`)
}

/** Redirections are not followed: they would lead where nobody has allowed it. */
async function post(
  { url, secret }: UsableWebhook,
  event: AlertEvent,
  patienceMs: number,
): Promise<SendOutcome> {
  const body = JSON.stringify(webhookBody(event))
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'switchyard-alerts',
        ...signWebhook(secret, { id: event.eventId, body }, Date.now()),
      },
      body,
    })
    await response.body?.cancel()
    if (response.ok) return { status: 'delivered' }
    return {
      status: isAway(response.status) ? 'unreachable' : 'refused',
      reason: `it answered ${response.status}`,
    }
  } catch (error) {
    return { status: 'unreachable', reason: reasonOf(error) }
  }
}

/** A receiver that is there but cannot take anything now. */
function isAway(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** Without the address, which may be a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached'
  if (error.name === 'TimeoutError') return 'it did not answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
  return `it could not be reached (${code})`
}
