import type { AlertDetails, AlertList } from '../../domain/alerts/alert-requests.ts'
import { type Column, renderTable } from './table.ts'
import type { AlertDelivery } from '../../domain/alerts/alert-event.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { oneLine } from '../../domain/one-line.ts'

const COLUMNS: readonly Column[] = [
  { title: 'since' },
  { title: 'until' },
  { title: 'severity' },
  { title: 'rule' },
  { title: 'subject' },
  { title: 'told' },
  { title: 'seen by' },
  { title: 'id' },
]

const SUBJECT_WIDTH = 48

/** A row for each alert; below it, webhooks that nothing can be sent to. */
export function alertTable({ alerts, receivers, unusable }: AlertList): string {
  const notes = unusable.map(({ name, reason }) => `Webhook ${name} ${reason}.`)
  const table = alerts.length === 0 ? 'No alert is open.' : renderTable(COLUMNS, alerts.map(cells))
  return [table, '', `Told: ${receivers.join(', ')}.`, ...notes].join('\n')
}

function cells({ alert, deliveries }: AlertDetails): readonly string[] {
  const { openedAtMs, resolvedAtMs, severity, rule, subject, acknowledged, alertId } = alert
  const told = deliveries.filter(({ deliveredAtMs }) => deliveredAtMs !== undefined).length
  return [
    formatUtc(openedAtMs),
    resolvedAtMs === undefined ? 'open' : formatUtc(resolvedAtMs),
    severity,
    rule,
    oneLine(subject, SUBJECT_WIDTH),
    `${told}/${deliveries.length}`,
    acknowledged?.by ?? '',
    alertId,
  ]
}

/** One alert in words, and a row for each message about it. */
export function alertDetailsText({ alert, deliveries }: AlertDetails): string {
  const { fingerprint, severity, summary, openedAtMs, resolvedAtMs, breaches, acknowledged } = alert
  const seen =
    acknowledged === undefined
      ? []
      : [`Seen by ${acknowledged.by} at ${formatUtc(acknowledged.atMs)}${commentText(acknowledged.comment)}`]
  const end = resolvedAtMs === undefined ? 'open' : `until ${formatUtc(resolvedAtMs)}`
  return [
    `${severity}: ${summary}`,
    `${fingerprint}: since ${formatUtc(openedAtMs)}, ${end}; found ${breaches} times`,
    ...seen,
    '',
    deliveryTable(deliveries),
  ].join('\n')
}

function commentText(comment: string | undefined): string {
  return comment === undefined ? '' : `: ${comment}`
}

const DELIVERY_COLUMNS: readonly Column[] = [
  { title: 'message' },
  { title: 'to' },
  { title: 'tries', align: 'right' },
  { title: 'delivered' },
  { title: 'last problem' },
]

function deliveryTable(deliveries: readonly AlertDelivery[]): string {
  return renderTable(
    DELIVERY_COLUMNS,
    deliveries.map(({ kind, receiver, tries, deliveredAtMs, nextTryAtMs, failure }) => [
      kind,
      receiver,
      String(tries),
      deliveredAtMs === undefined ? `next try ${formatUtc(nextTryAtMs ?? 0)}` : formatUtc(deliveredAtMs),
      failure ?? '',
    ]),
  )
}

/** Where a test message goes, and how to see whether it arrived. */
export function testText({ alert, deliveries }: AlertDetails): string {
  const receivers = deliveries.map(({ receiver }) => receiver).join(', ')
  return `Sent to ${receivers}. See \`switchyard alerts show ${alert.alertId}\`.`
}
