import { sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import { textArray } from '../recordset.ts'
import { contentObjects, operations } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** Who owns texts that have been kept long enough, if it is over. */
export interface ContentOwner {
  /** The operation of a call, or a task's workflow. */
  readonly operationId: string
  /** The ledger has its end. Otherwise it has only given no sign of life lately, and may be waiting. */
  readonly hasEnded: boolean
}

/** A place in the order in which texts were recorded. */
export interface ContentPosition {
  /** ISO 8601 in UTC. */
  readonly createdAt: string
  readonly operationId: string
  readonly sha256: string
}

export interface ContentOwnerQuery {
  /** Only owners that ended, or gave their last sign of life, longer ago than this, by the database's clock. */
  readonly olderThanMs: number
  /** Where the page before this one ended; absent: from the start. */
  readonly after?: ContentPosition
}

export interface ContentOwnerPage {
  readonly owners: readonly ContentOwner[]
  /** Where to go on; absent: this was the last page. */
  readonly next?: ContentPosition
}

/** The part of the content index that retention works with. */
export interface ContentRetention {
  /** Looks at a page of texts, the oldest first. */
  readOwners(query: ContentOwnerQuery): Promise<ContentOwnerPage>
  /** Takes their texts from owners, but those recorded lately; returns the hashes that nobody owns any more. */
  release(
    operationIds: readonly string[],
    bound: { readonly olderThanMs: number },
  ): Promise<readonly string[]>
}

const PAGE_SIZE = 500

/** Pages hold at most `pageSize` texts (default 500). */
export function createContentRetention(database: Database, pageSize: number = PAGE_SIZE): ContentRetention {
  const { operationId, sha256, createdAt } = contentObjects
  return {
    readOwners: async ({ olderThanMs, after }) => {
      const page = await database.queries
        .select({ createdAt, operationId, sha256 })
        .from(contentObjects)
        .where(
          sql`${createdAt} < ${before(olderThanMs)} and ${
            after === undefined
              ? sql`true`
              : sql`(${createdAt}, ${operationId}, ${sha256}) > (${after.createdAt}::timestamptz, ${after.operationId}, ${after.sha256})`
          }`,
        )
        .orderBy(createdAt, operationId, sha256)
        .limit(pageSize)
      const owners = await findQuiet(database, [...new Set(page.map((row) => row.operationId))], olderThanMs)
      const next = page.length < pageSize ? undefined : page.at(-1)
      return { owners, ...(next === undefined ? {} : { next }) }
    },
    release: (operationIds, { olderThanMs }) => {
      if (operationIds.length === 0) return Promise.resolve([])
      return inTransaction(database, async (transaction) => {
        const released = await transaction.execute<{ sha256: string }>(sql`
          delete from ${contentObjects}
          where ${operationId} = any(${textArray(operationIds)}) and ${createdAt} < ${before(olderThanMs)}
          returning sha256`)
        const hashes = [...new Set(released.rows.map((row) => row.sha256))]
        const owned = await transaction
          .selectDistinct({ sha256 })
          .from(contentObjects)
          .where(sql`${sha256} = any(${textArray(hashes)})`)
        const stillOwned = new Set(owned.map((row) => row.sha256))
        return hashes.filter((hash) => !stillOwned.has(hash))
      })
    },
  }
}

/** Those that have ended, or from which nothing was heard, for long enough. */
async function findQuiet(
  { queries }: Database,
  operationIds: readonly string[],
  olderThanMs: number,
): Promise<readonly ContentOwner[]> {
  if (operationIds.length === 0) return []
  // A call is an operation itself. A task's steps are, each with its own end; the task is not over with any of them.
  const found = await queries.execute<{ operation_id: string; has_ended: boolean }>(sql`
    select owner.operation_id, call.ended_at is not null as has_ended
    from unnest(${textArray(operationIds)}) as owner (operation_id)
    left join ${operations} as call on call.operation_id = owner.operation_id and call.task_id is null
    where coalesce(call.ended_at, greatest(
      call.accepted_at,
      (select max(created_at) from ${contentObjects} as held where held.operation_id = owner.operation_id),
      (select max(coalesce(step.ended_at, step.accepted_at)) from ${operations} as step
        where step.task_id = owner.operation_id)
    )) < ${before(olderThanMs)}`)
  return found.rows.map((row) => ({ operationId: row.operation_id, hasEnded: row.has_ended }))
}

function before(ageMs: number) {
  return sql`now() - ${ageMs} * interval '1 millisecond'`
}
