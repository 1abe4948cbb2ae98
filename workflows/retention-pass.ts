import {
  addRetention,
  NOTHING_REMOVED,
  type RetentionResult,
} from '../domain/maintenance/retention-status.ts'
import { contentUpkeep } from './activity-proxies.ts'
import type { ReadRetentionInput } from './inputs/retention-input.ts'
import type { ReleaseContentsInput } from '../activities/retention.ts'

/** One pass over the stored texts: what operations let go of, then what nobody owns. */
export async function makePass(read: ReadRetentionInput): Promise<RetentionResult> {
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
