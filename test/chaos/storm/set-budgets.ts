import type { Switchyard } from '../../../client/switchyard.ts'
import { TENANTS } from './plan-request.ts'
import { untilAnswered } from './patience.ts'

/** High enough never to be reached: the budgets are there to be counted in. */
const CAP_NANO_USD = 10 ** 15

/** Sets budgets of each tenant for the day and the month, and one of a user. Waits until an orchestrator is there. */
export async function setBudgets(switchyard: Switchyard, signal: AbortSignal): Promise<void> {
  const settings = TENANTS.flatMap((tenant) => [
    { tenant, window: 'day', capNanoUsd: CAP_NANO_USD } as const,
    { tenant, window: 'month', capNanoUsd: CAP_NANO_USD } as const,
    { tenant, user: 'ada', window: 'day', capNanoUsd: CAP_NANO_USD } as const,
  ])
  for (const setting of settings) {
    // oxlint-disable-next-line no-await-in-loop -- an orchestrator that starts answers the first one late
    await untilAnswered(signal, () => switchyard.setBudget(setting))
  }
}
