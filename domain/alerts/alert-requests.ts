import type { AlertRecord } from './alert.ts'
import type { AlertDelivery } from './alert-event.ts'
import { flag, number, text } from '../reading/scalars.ts'
import { object, optional } from '../reading/composites.ts'
import type { Reader } from '../reading/reader.ts'

/** Which alerts a list is about. */
export interface AlertListRequest {
  /** Default false: only those that are open. */
  readonly resolvedToo?: boolean
  /** At most so many, the newest first. Default 100, at most 500. */
  readonly limit?: number
}

/** An alert with what was told about it. */
export interface AlertDetails {
  readonly alert: AlertRecord
  readonly deliveries: readonly AlertDelivery[]
}

/** A webhook that nothing can be sent to. Its alerts are kept until it can. */
export interface UnusableWebhook {
  readonly name: string
  /** What to do about it. */
  readonly reason: string
}

export interface AlertList {
  readonly alerts: readonly AlertDetails[]
  /** Who is told: `log`, and the webhooks that can be used. */
  readonly receivers: readonly string[]
  readonly unusable: readonly UnusableWebhook[]
}

/** One alert by its id, or the newest with a fingerprint. */
export interface AlertRequest {
  readonly alert: string
}

export interface AcknowledgeRequest extends AlertRequest {
  readonly by: string
  readonly comment?: string
}

export interface TestAlertRequest {
  /** Who wants to see one arrive. */
  readonly by: string
}

const MOST_LISTED = 500
const LONGEST_TEXT = 500

const shortText = text({ maxLength: LONGEST_TEXT })

export const alertListRequest: Reader<AlertListRequest> = object({
  resolvedToo: optional(flag),
  limit: optional(number({ min: 1, max: MOST_LISTED, isWhole: true })),
})
export const alertRequest: Reader<AlertRequest> = object({ alert: shortText })
export const acknowledgeRequest: Reader<AcknowledgeRequest> = object({
  alert: shortText,
  by: shortText,
  comment: optional(shortText),
})
export const testAlertRequest: Reader<TestAlertRequest> = object({ by: shortText })
