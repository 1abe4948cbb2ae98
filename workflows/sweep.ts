import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow'
import {
  addSweeps,
  afterSweep,
  sweepMarkdown,
  type SweepResult,
  type SweepStatus,
} from '../domain/maintenance/sweep-status.ts'
import { maintenance } from './activity-proxies.ts'
import { readSweepInput } from './inputs/sweep-input.ts'
import type { SweepAttemptsInput } from '../activities/sweep.ts'
import { type SweepInput, sweepStatusQuery } from './contract.ts'

/**
 * Closes, again and again, what workflows could not see to their end: attempts that are still open although the run that
 * opened them is over. From the Temporal UI: `{}`, or `{"olderThanMs": 60000, "intervalMs": 30000}`.
 * Ends only when it is cancelled or terminated; an orchestrator that starts later starts it again.
 * @param carried only set by the run before this one
 */
export async function sweep(input?: SweepInput, carried?: SweepStatus): Promise<never> {
  const { olderThanMs, intervalMs, sweepsPerRun } = readSweepInput(input)
  let status: SweepStatus = carried ?? { sweeps: 0, closedInAll: 0 }
  setHandler(sweepStatusQuery, () => status, { description: 'What the last sweep did. Takes no input.' })
  setCurrentDetails(sweepMarkdown(status))
  for (let sweeps = 1; ; sweeps++) {
    // oxlint-disable-next-line no-await-in-loop -- one sweep after the other is what it is for
    status = afterSweep(status, await sweepAll({ olderThanMs }), Date.now())
    setCurrentDetails(sweepMarkdown(status))
    // oxlint-disable-next-line no-await-in-loop
    await sleep(intervalMs)
    if (sweeps >= sweepsPerRun || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof sweep>({ olderThanMs, intervalMs, sweepsPerRun }, status)
    }
  }
}

/** One sweep over all open attempts, page by page. */
async function sweepAll(from: SweepAttemptsInput): Promise<SweepResult> {
  const { next, ...swept } = await maintenance.sweepAttempts(from)
  if (next === undefined) return swept
  return addSweeps(swept, await sweepAll({ ...from, after: next }))
}
