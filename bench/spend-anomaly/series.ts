import { normal, sumOfCalls } from './draws.ts'
import type { Random } from '../rollout-decision/random.ts'
import { SLOTS_PER_HOUR } from '../../domain/alerts/spend-slots.ts'
import type { SpendRate, Tenant } from './tenants.ts'

const NANO_PER_USD = 1e9
const HOURS_PER_SLOT = 1 / SLOTS_PER_HOUR

/**
 * What a tenant spent in the first n slots after a Monday's midnight, in whole nano-dollars, for every n from 0 on.
 * `added`: on top of its own rate.
 */
export function drawSums(
  tenant: Tenant,
  slots: number,
  random: Random,
  added: SpendRate = () => 0,
): readonly number[] {
  const { callUsd, noise, memoryHours, rate } = tenant
  const kept = Math.exp(-HOURS_PER_SLOT / memoryHours)
  let deviation = noise * normal(random)
  const sums = [0]
  for (let slot = 0; slot < slots; slot++) {
    const hour = slot * HOURS_PER_SLOT
    deviation = kept * deviation + Math.sqrt(1 - kept ** 2) * noise * normal(random)
    const hourlyUsd = rate(hour) * Math.exp(deviation - noise ** 2 / 2) + added(hour)
    const calls = random.poisson((hourlyUsd * HOURS_PER_SLOT) / callUsd)
    sums.push((sums[slot] ?? 0) + Math.round(sumOfCalls(random, calls) * callUsd * NANO_PER_USD))
  }
  return sums
}
