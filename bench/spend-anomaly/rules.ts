import { type AlertState, transitionAlert } from '../../domain/alerts/transition-alert.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import { judgeSpends } from '../../domain/alerts/spend-rule.ts'
import { readSpend, SLOT_MS, SLOTS_PER_HOUR } from '../../domain/alerts/spend-slots.ts'

/** The slots from `fromSlot` on at whose end an alert fires. `sums[n]`: what was spent in the first n slots. */
export type Rule = (sums: readonly number[], fromSlot: number) => readonly number[]

const { spend, hysteresis } = DEFAULT_ALERT_SETTINGS

/**
 * The rule and the reducer that production runs, asked at the end of every slot. Production asks every minute; within a
 * slot the last hour only grows while the baseline stays, so that nothing fires there which does not at its end.
 */
export const ourRule: Rule = (sums, fromSlot) =>
  firings(fromSlot, sums.length - 1, (slot) => {
    const hourEnding = (slotsAgo: number) => hourBefore(sums, slot + 1 - slotsAgo)
    if (hourEnding(0) < spend.floorNanoUsdPerHour) return 'absent'
    return judgeSpends([readSpend('tenant', hourEnding, slot)], spend)[0]?.status ?? 'absent'
  })

const NAIVE_HOURS = 24

/** Mean and standard deviation of the 24 hours before, without a floor or any memory of the days before. */
export const naiveRule: Rule = (sums, fromSlot) =>
  firings(fromSlot, sums.length - 1, (slot) => {
    const hours = Array.from({ length: NAIVE_HOURS + 1 }, (_, hour) =>
      hourBefore(sums, slot + 1 - hour * SLOTS_PER_HOUR),
    )
    const [lastHour = 0, ...baseline] = hours
    const mean = baseline.reduce((sum, value) => sum + value, 0) / NAIVE_HOURS
    const variance = baseline.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (NAIVE_HOURS - 1)
    return lastHour - mean > spend.standardDeviations * Math.sqrt(variance) ? 'breached' : 'clear'
  })

function firings(
  fromSlot: number,
  toSlot: number,
  look: (slot: number) => Parameters<typeof transitionAlert>[1]['status'],
): readonly number[] {
  let state: AlertState | undefined
  const fired: number[] = []
  for (let slot = fromSlot; slot < toSlot; slot++) {
    const atMs = (slot + 1) * SLOT_MS
    const { state: next, event } = transitionAlert(
      state,
      { status: look(slot), atMs },
      hysteresis['spend-anomaly'],
    )
    state = event === 'resolved' ? undefined : next
    if (event === 'fired') fired.push(slot)
  }
  return fired
}

function hourBefore(sums: readonly number[], endSlot: number): number {
  return (sums[Math.max(0, endSlot)] ?? 0) - (sums[Math.max(0, endSlot - SLOTS_PER_HOUR)] ?? 0)
}
