import type { AlertRule } from './alert.ts'
import type { Finding, FindingStatus } from './finding.ts'
import { leastShare } from './share-bound.ts'
import { percentText } from '../percent-text.ts'
import type { TrafficRuleSettings } from './alert-settings.ts'

/** How the calls of one version went during the window. */
export interface TrafficReading {
  readonly model: string
  readonly version: string
  /** Calls that ended, except those that their caller gave up or that no model could have answered. */
  readonly calls: number
  readonly errors: number
  /** Answers whose time is known. */
  readonly timedCalls: number
  /** Of these, the ones that took longer than the limit. */
  readonly slowCalls: number
  /** The limit, in milliseconds: `slowFactor` × what 95 % of the day before took. Absent: not enough is known. */
  readonly slowLimitMs?: number
}

const MINUTE_MS = 60_000

/** An alert ends when the share is below this part of what is allowed. */
const CLEAR_PART = 0.5

/** Versions that answer with too many errors: more than allowed even if chance was against them. */
export function judgeErrors(
  readings: readonly TrafficReading[],
  settings: TrafficRuleSettings,
): readonly Finding[] {
  const { errorShare, windowMs } = settings
  return readings.map((reading) => {
    const { calls, errors } = reading
    return {
      ...findingOf('error-rate', reading, { bad: errors, of: calls, allowed: errorShare }, settings),
      summary:
        `${errors} of ${calls} calls of ${nameOf(reading)} in ${minutesText(windowMs)} failed: ` +
        `${percentText(shareOf(errors, calls))} %, ${percentText(errorShare)} % are allowed`,
    }
  })
}

/** Versions that are much slower than they were the day before. */
export function judgeLatency(
  readings: readonly TrafficReading[],
  settings: TrafficRuleSettings,
): readonly Finding[] {
  const { slowShare, windowMs } = settings
  return readings.flatMap((reading) => {
    const { timedCalls, slowCalls, slowLimitMs } = reading
    if (slowLimitMs === undefined) return []
    return [
      {
        ...findingOf('latency', reading, { bad: slowCalls, of: timedCalls, allowed: slowShare }, settings),
        summary:
          `${slowCalls} of ${timedCalls} answers of ${nameOf(reading)} in ${minutesText(windowMs)} took longer than ` +
          `${(slowLimitMs / 1000).toFixed(2)} s: ${percentText(shareOf(slowCalls, timedCalls))} %, ` +
          `${percentText(slowShare)} % are allowed`,
      },
    ]
  })
}

interface Counted {
  readonly bad: number
  readonly of: number
  readonly allowed: number
}

function findingOf(
  rule: AlertRule & ('error-rate' | 'latency'),
  reading: TrafficReading,
  counted: Counted,
  { leastCalls }: TrafficRuleSettings,
): Omit<Finding, 'summary'> {
  return {
    rule,
    fingerprint: `${rule}/${reading.model}/${reading.version}`,
    subject: nameOf(reading),
    status: statusOf(counted, leastCalls),
    severity: rule === 'error-rate' ? 'critical' : 'warning',
    value: shareOf(counted.bad, counted.of),
    threshold: counted.allowed,
    unit: 'share',
  }
}

/** Too few calls leave things as they are. */
function statusOf({ bad, of: total, allowed }: Counted, leastCalls: number): FindingStatus {
  if (total < leastCalls) return 'holding'
  if (leastShare(bad, total) > allowed) return 'breached'
  return bad / total > allowed * CLEAR_PART ? 'holding' : 'clear'
}

function shareOf(bad: number, total: number): number {
  return total === 0 ? 0 : bad / total
}

function nameOf({ model, version }: TrafficReading): string {
  return `${model} ${version}`
}

function minutesText(windowMs: number): string {
  return `${Math.round(windowMs / MINUTE_MS)} min`
}
