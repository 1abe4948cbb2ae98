import { asc, eq, sql } from 'drizzle-orm'
import type { ContentRef } from '../domain/content-ref.ts'
import type { Database } from './connection.ts'
import { recordset } from './recordset.ts'
import { contentObjects } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Knows which stored texts belong to an operation, so that they can go with it when its retention ends. */
export interface ContentIndex {
  /** Adds texts to an operation. Those that it has already are left alone. */
  recordContent(operationId: string, refs: readonly ContentRef[]): Promise<void>
  /** The operation's texts, ordered by their hash. */
  contentOf(operationId: string): Promise<readonly ContentRef[]>
}

export function createContentIndex(database: Database): ContentIndex {
  const { operationId: operation, sha256, bytes } = contentObjects
  return {
    recordContent: async (operationId, refs) => {
      if (refs.length === 0) return
      const sorted = refs.toSorted((left, right) => (left.sha256 < right.sha256 ? -1 : 1))
      const rows = sorted.map((ref) => ({ operation: operationId, ...ref }))
      const { names, values, source } = recordset({ operation, sha256, bytes }, rows)
      const statement = sql`
        insert into ${contentObjects} (${names}) select ${values} from ${source} on conflict do nothing`
      await inTransaction(database, (transaction) => transaction.execute(statement))
    },
    contentOf: (operationId) =>
      database.queries
        .select({ sha256, bytes })
        .from(contentObjects)
        .where(eq(operation, operationId))
        .orderBy(asc(sha256)),
  }
}
