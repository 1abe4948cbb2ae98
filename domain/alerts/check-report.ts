import type { AlertRule } from './alert.ts'
import { formatUtc } from '../format-utc.ts'

/** What one look at all rules found. */
export interface AlertCheckReport {
  readonly checkedAtMs: number
  /** Subjects that were looked at. */
  readonly subjects: number
  readonly breached: number
  /** Sentences about alerts that fired and resolved with this look. */
  readonly fired: readonly string[]
  readonly resolved: readonly string[]
  /** Rules that could not be asked. */
  readonly failed: readonly AlertRule[]
  /** Messages that are still on their way, from earlier looks too. */
  readonly undelivered: number
}

/** Shows a look as Markdown for the details of its workflow in the Temporal UI. */
export function checkMarkdown(report: AlertCheckReport): string {
  const { checkedAtMs, subjects, breached, fired, resolved, failed, undelivered } = report
  return [
    `**${formatUtc(checkedAtMs)}**: ${subjects} subjects looked at, ${breached} breached.`,
    ...fired.map((text) => `Fired: ${text}`),
    ...resolved.map((text) => `Resolved: ${text}`),
    ...(failed.length === 0 ? [] : [`Could not be asked: ${failed.join(', ')}.`]),
    ...(undelivered === 0 ? [] : [`${undelivered} messages are on their way.`]),
  ].join('  \n')
}

/** The delivery of alerts as it stands. */
export interface DeliveryStatus {
  /** Since the workflow was started, over all its runs. */
  readonly delivered: number
  readonly failedTries: number
  /** Messages that are still to be told; absent before the first round. */
  readonly pending?: number
}

/** What one round of sending did. */
export interface DeliveryRound {
  readonly delivered: number
  readonly failedTries: number
  readonly pending: number
  /** Until the next try is due, in milliseconds; absent: nothing is pending. */
  readonly nextTryInMs?: number
}

/** The status after one more round. */
export function afterRound(status: DeliveryStatus, round: DeliveryRound): DeliveryStatus {
  return {
    delivered: status.delivered + round.delivered,
    failedTries: status.failedTries + round.failedTries,
    pending: round.pending,
  }
}

/** Shows the delivery as Markdown. */
export function deliveryMarkdown({ delivered, failedTries, pending }: DeliveryStatus): string {
  const waiting = pending === undefined ? '' : ` ${pending} messages are to be told.`
  return `**${delivered}** messages delivered, ${failedTries} tries failed.${waiting}`
}
