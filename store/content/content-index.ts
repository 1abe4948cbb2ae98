import { asc, eq, sql } from '../drizzle.ts'
import type { ContentRef } from '../../domain/content-ref.ts'
import type { Database } from '../connection.ts'
import { recordset, textArray } from '../recordset.ts'
import { contentObjects } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** Knows which stored texts belong to an operation, so that they can go with it when its retention ends. */
export interface ContentIndex {
  /**
   * Adds texts to an operation. Those that it has already are counted from now on.
   * @param operationId the operation of a call; for the steps of a task the task's workflow
   */
  recordContent(operationId: string, refs: readonly ContentRef[]): Promise<void>
  /** The operation's texts, ordered by their hash. */
  contentOf(operationId: string): Promise<readonly ContentRef[]>
  /** Those of the texts that belong to any operation. */
  ownedAmong(sha256s: readonly string[]): Promise<ReadonlySet<string>>
}

export function createContentIndex(database: Database): ContentIndex {
  const { operationId: operation, sha256, bytes, createdAt } = contentObjects
  return {
    recordContent: async (operationId, refs) => {
      if (refs.length === 0) return
      const once = [...new Map(refs.map((ref) => [ref.sha256, ref])).values()]
      const sorted = once.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1))
      const rows = sorted.map((ref) => ({ operation: operationId, ...ref }))
      const { names, values, source } = recordset({ operation, sha256, bytes }, rows)
      // An operation that is asked for again after its texts' retention must not lose them to it. A step that shares
      // a text with the step before it writes nothing.
      const statement = sql`
        insert into ${contentObjects} (${names}) select ${values} from ${source}
        on conflict (operation_id, sha256) do update set created_at = now()
        where ${createdAt} < now() - interval '1 minute'`
      await inTransaction(database, (transaction) => transaction.execute(statement))
    },
    contentOf: (operationId) =>
      database.queries
        .select({ sha256, bytes })
        .from(contentObjects)
        .where(eq(operation, operationId))
        .orderBy(asc(sha256)),
    ownedAmong: async (sha256s) => {
      const rows = await database.queries
        .selectDistinct({ sha256 })
        .from(contentObjects)
        .where(sql`${sha256} = any(${textArray(sha256s)})`)
      return new Set(rows.map((row) => row.sha256))
    },
  }
}
