import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow'
import {
  addRetention,
  afterPass,
  NOTHING_REMOVED,
  retentionMarkdown,
  type RetentionResult,
  type RetentionStatus,
} from '../domain/maintenance/retention-status.ts'
import { contentUpkeep } from './activity-proxies.ts'
import { type ReadRetentionInput, readRetentionInput } from './inputs/retention-input.ts'
import type { ReleaseContentsInput } from '../activities/retention.ts'
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

async function makePass(read: ReadRetentionInput): Promise<RetentionResult> {
  const { retentionMs, graceMs, payloadRetentionMs } = read
  const bound = { graceMs, ...(retentionMs === undefined ? {} : { retentionMs }) }
  const released = await releaseAll(bound)
  return addRetention(released, await removeUnowned({ graceMs, payloadRetentionMs, part: 0 }))
}

/** All texts of operations that are over, page by page. */
async function releaseAll(from: ReleaseContentsInput): Promise<RetentionResult> {
  const { next, ...released } = await contentUpkeep.releaseContents(from)
  if (next === undefined) return released
  return addRetention(released, await releaseAll({ ...from, after: next }))
}

/** What nobody owns, part by part. */
async function removeUnowned(
  from: Parameters<typeof contentUpkeep.removeUnownedContents>[0],
): Promise<RetentionResult> {
  const { next, objectsRemoved } = await contentUpkeep.removeUnownedContents(from)
  const removed = { ...NOTHING_REMOVED, objectsRemoved }
  return next === undefined ? removed : addRetention(removed, await removeUnowned({ ...from, part: next }))
}
