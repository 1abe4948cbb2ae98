import { and, asc, eq, sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import { attempts, operations } from '../schema.ts'

/** An attempt that nobody has settled yet. */
export interface OpenAttempt {
  readonly attemptId: string
  readonly operationId: string
  /** The workflow that opened it: the task of a step, else the call itself. */
  readonly workflowId: string
  readonly runId: string
  /** ISO 8601 in UTC. */
  readonly openedAt: string
}

/** A place in the order of open attempts. */
export type OpenAttemptPosition = Pick<OpenAttempt, 'openedAt' | 'attemptId'>

export interface OpenAttemptQuery {
  /** Only attempts that were opened longer ago than this, by the database's clock. */
  readonly olderThanMs: number
  /** Where the page before this one ended; absent: from the start. */
  readonly after?: OpenAttemptPosition
}

export interface OpenAttemptPage {
  /** The oldest first. */
  readonly attempts: readonly OpenAttempt[]
  /** Where to go on; absent: this was the last page. */
  readonly next?: OpenAttemptPosition
}

/** Finds attempts that may have been left behind. */
export interface OpenAttemptReader {
  read(query: OpenAttemptQuery): Promise<OpenAttemptPage>
  /** Whether any attempt on a version has not ended. */
  hasOpen(name: { readonly model: string; readonly version: string }): Promise<boolean>
}

const PAGE_SIZE = 500

/**
 * Reads pages of at most `pageSize` (default 500). Attempts that were opened or settled in between do not shift them:
 * a page begins after an attempt, not after a count.
 */
export function createOpenAttemptReader(database: Database, pageSize: number = PAGE_SIZE): OpenAttemptReader {
  const { attemptId, operationId, runId, openedAt } = attempts
  const workflowId = sql<string>`coalesce(${operations.taskId}, ${operations.operationId})`
  return {
    read: async ({ olderThanMs, after }) => {
      const page = await database.queries
        .select({ attemptId, operationId, runId, openedAt, workflowId })
        .from(attempts)
        .innerJoin(operations, eq(operationId, operations.operationId))
        .where(
          and(
            eq(attempts.status, 'open'),
            sql`${openedAt} < now() - ${olderThanMs} * interval '1 millisecond'`,
            after && sql`(${openedAt}, ${attemptId}) > (${after.openedAt}::timestamptz, ${after.attemptId})`,
          ),
        )
        .orderBy(asc(openedAt), asc(attemptId))
        .limit(pageSize)
      const last = page.length < pageSize ? undefined : page.at(-1)
      if (last === undefined) return { attempts: page }
      return { attempts: page, next: { openedAt: last.openedAt, attemptId: last.attemptId } }
    },
    hasOpen: async ({ model, version }) => {
      const found = await database.queries
        .select({ attemptId })
        .from(attempts)
        .where(and(eq(attempts.status, 'open'), eq(attempts.model, model), eq(attempts.version, version)))
        .limit(1)
      return found.length > 0
    },
  }
}
