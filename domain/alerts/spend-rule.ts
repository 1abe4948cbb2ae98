import type { Finding, FindingStatus } from './finding.ts'
import { formatUsd, type NanoUsd } from '../money.ts'
import { judgeSpend } from './spend-anomaly.ts'
import type { SpendReading } from './spend-slots.ts'
import type { SpendRuleSettings } from './alert-settings.ts'

/** An alert ends when the spend is by so many standard deviations below the threshold. */
const MARGIN = 1

/** Tenants that spend much more than they usually do at this time. */
export function judgeSpends(
  readings: readonly SpendReading[],
  settings: SpendRuleSettings,
): readonly Finding[] {
  return readings.flatMap((reading) => {
    const judged = judgeSpend(reading, settings.floorNanoUsdPerHour)
    if (judged === undefined) return []
    const { tenant, lastHourNanoUsd } = reading
    const { deviations, expectedNanoUsd } = judged
    return [
      {
        rule: 'spend-anomaly',
        fingerprint: `spend-anomaly/${tenant}`,
        subject: `tenant ${tenant}`,
        status: statusOf(deviations, lastHourNanoUsd, settings),
        severity: 'critical',
        summary:
          `tenant ${tenant} spent ${rounded(lastHourNanoUsd)} in the last hour, where ${rounded(expectedNanoUsd)} is ` +
          `usual: ${deviations.toFixed(1)} standard deviations more, ${settings.standardDeviations} are allowed`,
        value: deviations,
        threshold: settings.standardDeviations,
        unit: 'standard-deviations',
      },
    ]
  })
}

function statusOf(
  deviations: number,
  lastHourNanoUsd: NanoUsd,
  { standardDeviations, floorNanoUsdPerHour }: SpendRuleSettings,
): FindingStatus {
  if (lastHourNanoUsd < floorNanoUsdPerHour) return 'clear'
  if (deviations > standardDeviations) return 'breached'
  return deviations > standardDeviations - MARGIN ? 'holding' : 'clear'
}

const NANO_PER_CENT = 10_000_000

/** To the cent, so that the sentence does not change with every call. */
function rounded(amount: NanoUsd): string {
  return formatUsd(Math.round(amount / NANO_PER_CENT) * NANO_PER_CENT)
}
