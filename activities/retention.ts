import type { ContentOwner, ContentPosition, ContentRetention } from '../store/content/content-retention.ts'
import { CONTENT_PARTS } from '../domain/content-ref.ts'
import type { ContentIndex } from '../store/content/content-index.ts'
import type { ContentRemoval } from '../payloads/content-removal.ts'
import type { RetentionResult } from '../domain/maintenance/retention-status.ts'

export interface ReleaseContentsInput {
  /** Absent: as the worker is configured. */
  readonly retentionMs?: number
  /** What was put later than this ago stays, in milliseconds. */
  readonly graceMs: number
  /** Where the page before this one ended. */
  readonly after?: ContentPosition
}

export interface ReleaseContentsOutput extends RetentionResult {
  /** Where the next page begins; absent when there is none. */
  readonly next?: ContentPosition
}

export interface RemoveUnownedInput {
  /** Texts that nobody owns go when they were put longer than this ago, in milliseconds. */
  readonly graceMs: number
  /** Payloads that left their histories go when they were put longer than this ago, in milliseconds. */
  readonly payloadRetentionMs: number
  /** The part of the content store to begin with, 0 to 255. */
  readonly part: number
}

export interface RemoveUnownedOutput {
  readonly objectsRemoved: number
  /** The part to go on with; absent when there is none. */
  readonly next?: number
}

/** The end of a workflow as Temporal knows it. */
export type WorkflowEnd =
  | { readonly isOpen: true }
  /** Without `endedAtMs` Temporal does not know the workflow (any more). */
  | { readonly isOpen: false; readonly endedAtMs?: number }

export interface RetentionActivityDeps {
  readonly contentRetention: ContentRetention
  readonly contentIndex: Pick<ContentIndex, 'ownedAmong'>
  readonly contentRemoval: ContentRemoval
  /** How long texts are kept after the end of their operation, in milliseconds. */
  readonly contentRetentionMs: number
  /** The end of the latest run. Rejects when that cannot be told. */
  readonly endOf: (workflowId: string) => Promise<WorkflowEnd>
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number
}

/** Workflows that Temporal is asked about at the same time. */
const ASKED_AT_ONCE = 16

/** After so long a walk through the content store reports where it is, in milliseconds. */
const WALK_MS = 10_000

/** Removes stored texts whose operations ended long enough ago, and those that never had one. All may be run twice. */
export function createRetentionActivities(deps: RetentionActivityDeps) {
  const { contentRetention, contentIndex, contentRemoval, now = Date.now } = deps
  const owned = (sha256s: readonly string[]) => contentIndex.ownedAmong(sha256s)
  return {
    /** Lets go one page of texts. A crash between this and their removal leaves them to `removeUnownedContents`. */
    releaseContents: async (input: ReleaseContentsInput): Promise<ReleaseContentsOutput> => {
      const { retentionMs: olderThanMs = deps.contentRetentionMs, graceMs, after } = input
      const asked = now()
      const { owners, next } = await contentRetention.readOwners({
        olderThanMs,
        ...(after === undefined ? {} : { after }),
      })
      const { over, undecided } = await ownersOver(owners, asked - olderThanMs, deps.endOf)
      const free = await contentRetention.release(over, { olderThanMs })
      return {
        ownersReleased: over.length,
        ownersUndecided: undecided,
        objectsRemoved: await contentRemoval.removeTexts(free, { putBeforeMs: asked - graceMs, owned }),
        ...(next === undefined ? {} : { next }),
      }
    },

    /** Walks through the content store, for some seconds or to its end. */
    removeUnownedContents: async (input: RemoveUnownedInput): Promise<RemoveUnownedOutput> => {
      const { graceMs, payloadRetentionMs } = input
      const startedAt = now()
      let objectsRemoved = 0
      for (let part = input.part; part < CONTENT_PARTS; part++) {
        if (part > input.part && now() - startedAt > WALK_MS) return { objectsRemoved, next: part }
        const texts = { putBeforeMs: startedAt - graceMs, owned }
        // oxlint-disable-next-line no-await-in-loop -- part after part, to spare the disk
        objectsRemoved += await contentRemoval.removePart(part, texts)
        const payloads = { putBeforeMs: startedAt - payloadRetentionMs }
        // oxlint-disable-next-line no-await-in-loop
        objectsRemoved += await contentRemoval.removePayloads(part, payloads)
      }
      return { objectsRemoved }
    },
  }
}

export type RetentionActivities = ReturnType<typeof createRetentionActivities>

/** Owners that are over; about those without an end in the ledger Temporal is asked: they may be waiting. */
async function ownersOver(
  owners: readonly ContentOwner[],
  endedBeforeMs: number,
  endOf: RetentionActivityDeps['endOf'],
): Promise<{ readonly over: readonly string[]; readonly undecided: number }> {
  const over = owners.filter(({ hasEnded }) => hasEnded).map(({ operationId }) => operationId)
  const quiet = owners.filter(({ hasEnded }) => !hasEnded).map(({ operationId }) => operationId)
  let decided = 0
  for (let start = 0; start < quiet.length; start += ASKED_AT_ONCE) {
    const group = quiet.slice(start, start + ASKED_AT_ONCE)
    // oxlint-disable-next-line no-await-in-loop -- group after group, to spare the server
    const ends = await Promise.allSettled(group.map(endOf))
    const known = ends.filter((end) => end.status === 'fulfilled')
    // The server is away: the next pass asks.
    if (known.length === 0) break
    decided += known.length
    for (const [index, end] of ends.entries()) {
      const operationId = group[index]
      if (operationId !== undefined && end.status === 'fulfilled' && isOver(end.value, endedBeforeMs)) {
        over.push(operationId)
      }
    }
  }
  return { over, undecided: quiet.length - decided }
}

function isOver(end: WorkflowEnd, endedBeforeMs: number): boolean {
  return !end.isOpen && (end.endedAtMs === undefined || end.endedAtMs < endedBeforeMs)
}
