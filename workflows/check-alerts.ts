import { setCurrentDetails, setHandler } from '@temporalio/workflow'
import { type AlertCheckReport, checkMarkdown } from '../domain/alerts/check-report.ts'
import { alertCheckQuery, type CheckAlertsInput } from './alert-contract.ts'
import { alertChecks } from './alert-proxies.ts'
import { readCheckAlertsInput } from './inputs/alert-inputs.ts'

/**
 * Asks every rule once, opens and resolves alerts, and sees to it that what is to be told is delivered. A schedule starts
 * it every minute; from the Temporal UI: `{}`.
 */
export async function checkAlerts(input?: CheckAlertsInput): Promise<AlertCheckReport> {
  readCheckAlertsInput(input)
  let report: AlertCheckReport | null = null
  setHandler(alertCheckQuery, () => report, { description: 'What the look found. Takes no input.' })
  report = await alertChecks.evaluateAlerts()
  setCurrentDetails(checkMarkdown(report))
  return report
}
