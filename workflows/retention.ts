import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow'
import { afterPass, retentionMarkdown, type RetentionStatus } from '../domain/maintenance/retention-status.ts'
import { makePass } from './retention-pass.ts'
import { readRetentionInput } from './inputs/retention-input.ts'
import { type RetentionInput, retentionStatusQuery } from './contract.ts'

/**
 * Removes stored texts, again and again, when the retention of their operations has ended, and what nobody owns. From
 * the Temporal UI: `{}` (as the workers are configured), or `{"retentionMs": 86400000, "intervalMs": 3600000}`.
 * Ends only when it is cancelled or terminated; an orchestrator that starts later starts it again.
 * @param carried only set by the run before this one
 */
export async function retention(input?: RetentionInput, carried?: RetentionStatus): Promise<never> {
  const read = readRetentionInput(input)
  let status: RetentionStatus = carried ?? { passes: 0, objectsRemovedInAll: 0 }
  setHandler(retentionStatusQuery, () => status, { description: 'What the last pass did. Takes no input.' })
  setCurrentDetails(retentionMarkdown(status))
  for (let passes = 1; ; passes++) {
    // oxlint-disable-next-line no-await-in-loop -- one pass after the other is what it is for
    status = afterPass(status, await makePass(read), Date.now())
    setCurrentDetails(retentionMarkdown(status))
    // oxlint-disable-next-line no-await-in-loop
    await sleep(read.intervalMs)
    if (passes >= read.passesPerRun || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof retention>(read, status)
    }
  }
}
