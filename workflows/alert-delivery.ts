import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { afterRound, deliveryMarkdown, type DeliveryStatus } from '../domain/alerts/check-report.ts'
import { type AlertDeliveryInput, alertDeliveryQuery, wakeDeliverySignal } from './alert-contract.ts'
import { alertSending } from './alert-proxies.ts'
import { readAlertDeliveryInput } from './inputs/alert-inputs.ts'

/** Between two rounds, in milliseconds, whatever is due. */
const LEAST_PAUSE_MS = 100

/**
 * Sends alerts to whom they concern, again and again until each was taken, and ends when nothing is left. Whoever has
 * something to tell starts it or wakes it. From the Temporal UI: `{}`.
 * @param carried only set by the run before this one
 */
export async function alertDelivery(
  input?: AlertDeliveryInput,
  carried?: DeliveryStatus,
): Promise<DeliveryStatus> {
  let isWoken = false
  let status: DeliveryStatus = carried ?? { delivered: 0, failedTries: 0 }
  setHandler(alertDeliveryQuery, () => status, { description: 'What was delivered so far. Takes no input.' })
  setHandler(
    wakeDeliverySignal,
    () => {
      isWoken = true
    },
    { description: 'There is something new to tell: looks at once. Takes no input.' },
  )
  const { roundsPerRun } = readAlertDeliveryInput(input)
  for (let rounds = 1; ; rounds++) {
    isWoken = false
    // oxlint-disable-next-line no-await-in-loop -- one round after the other is what it is for
    const round = await alertSending.deliverAlerts()
    status = afterRound(status, round)
    setCurrentDetails(deliveryMarkdown(status))
    const isDone = round.nextTryInMs === undefined
    // A signal that came during the round may be about what the round did not see.
    if (isDone && !isWoken && allHandlersFinished()) return status
    if (rounds >= roundsPerRun || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof alertDelivery>({ roundsPerRun }, status)
    }
    // oxlint-disable-next-line no-await-in-loop
    if (round.nextTryInMs !== undefined)
      await condition(() => isWoken, Math.max(LEAST_PAUSE_MS, round.nextTryInMs))
  }
}
