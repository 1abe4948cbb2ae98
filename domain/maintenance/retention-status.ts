import { formatUtc } from '../format-utc.ts'

/** What one pass over the stored texts did. */
export interface RetentionResult {
  /** Operations and tasks whose texts were let go. */
  readonly ownersReleased: number
  /** Those of which nothing could be learnt; they keep their texts, and the next pass asks again. */
  readonly ownersUndecided: number
  /** Texts and payloads that were removed from the content store. */
  readonly objectsRemoved: number
}

/** The retention workflow as it stands. */
export interface RetentionStatus {
  /** Passes since the workflow was started, over all its runs. */
  readonly passes: number
  /** Objects that they removed together. */
  readonly objectsRemovedInAll: number
  /** The last pass; absent before the first one has ended. */
  readonly last?: RetentionResult & { readonly endedAtMs: number }
}

export const NOTHING_REMOVED: RetentionResult = { ownersReleased: 0, ownersUndecided: 0, objectsRemoved: 0 }

/** Two parts of one pass together. */
export function addRetention(left: RetentionResult, right: RetentionResult): RetentionResult {
  return {
    ownersReleased: left.ownersReleased + right.ownersReleased,
    ownersUndecided: left.ownersUndecided + right.ownersUndecided,
    objectsRemoved: left.objectsRemoved + right.objectsRemoved,
  }
}

/** The status after one more pass. */
export function afterPass(
  status: RetentionStatus,
  result: RetentionResult,
  endedAtMs: number,
): RetentionStatus {
  return {
    passes: status.passes + 1,
    objectsRemovedInAll: status.objectsRemovedInAll + result.objectsRemoved,
    last: { ...result, endedAtMs },
  }
}

/** Shows it as Markdown for the details of its workflow in the Temporal UI. */
export function retentionMarkdown({ passes, objectsRemovedInAll, last }: RetentionStatus): string {
  if (last === undefined) return 'No pass has ended yet.'
  const { ownersReleased, ownersUndecided, objectsRemoved, endedAtMs } = last
  return [
    `**Last pass** (${formatUtc(endedAtMs)}): ${ownersReleased} operations let go, ${objectsRemoved} objects removed.`,
    ...(ownersUndecided === 0
      ? []
      : [`Of ${ownersUndecided} operations nothing could be learnt; the next pass asks again.`]),
    `${objectsRemovedInAll} objects removed in ${passes} passes.`,
  ].join('  \n')
}
