import { and, desc, eq, sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import {
  type RemediationKind,
  remediationHeld,
  type RemediationLimits,
  type RemediationReport,
  type RemediationStatus,
} from '../../domain/maintenance/health/remediation.ts'
import { inTransaction } from '../transaction.ts'
import { CLOCK, CLOCK_MS } from '../moments.ts'
import { remediations } from '../schema.ts'
import type { VersionName } from '../../domain/nodes/node.ts'

/** Something that is to be done. */
export interface RemediationRequest extends VersionName {
  /** Asked for again under its id, it is the same one. */
  readonly id: string
  readonly nodeId?: string
  readonly kind: RemediationKind
  readonly reason: string
  /** A workflow. */
  readonly startedBy: string
}

export type RemediationClaim =
  | { readonly status: 'granted' }
  /** `reason`: a sentence for people. */
  | { readonly status: 'held'; readonly reason: string }

/** The record of what was done by itself, which also bounds how often that is. */
export interface RemediationBook {
  /** Writes one down as started unless there were enough of them lately. May be run twice. */
  claim(request: RemediationRequest, limits: RemediationLimits): Promise<RemediationClaim>
  /** Writes down how it ended; the first end stands. */
  end(id: string, status: Exclude<RemediationStatus, 'started'>, outcome: string): Promise<void>
  /** The newest first, at most `most`. */
  list(most: number): Promise<readonly RemediationReport[]>
}

export function createRemediationBook(database: Database): RemediationBook {
  return {
    claim: (request, limits) =>
      inTransaction(database, async (transaction) => {
        const { id, model, version, nodeId, kind, reason, startedBy } = request
        // One decision about a version at a time.
        await transaction.execute(sql`select pg_advisory_xact_lock(hashtext(${`${model}@${version}`}))`)
        const found = await transaction
          .select({ id: remediations.id, startedAt: remediations.startedAt })
          .from(remediations)
          .where(
            and(
              eq(remediations.model, model),
              eq(remediations.version, version),
              sql`${remediations.startedAt} > ${CLOCK} - interval '24 hours'`,
            ),
          )
        if (found.some((row) => row.id === id)) return { status: 'granted' }
        const { rows } = await transaction.execute<{ now_ms: number }>(sql`select ${CLOCK_MS} as now_ms`)
        const nowMs = rows[0]?.now_ms ?? 0
        const startedAtMs = found.map(({ startedAt }) => Date.parse(startedAt))
        const held = remediationHeld(startedAtMs, limits, nowMs)
        if (held !== undefined) return { status: 'held', reason: held }
        await transaction
          .insert(remediations)
          .values({ id, model, version, nodeId, kind, reason, status: 'started', startedBy })
        return { status: 'granted' }
      }),
    end: async (id, status, outcome) => {
      await database.queries
        .update(remediations)
        .set({ status, outcome, endedAt: CLOCK })
        .where(and(eq(remediations.id, id), eq(remediations.status, 'started')))
    },
    list: async (most) => {
      const rows = await database.queries
        .select()
        .from(remediations)
        .orderBy(desc(remediations.startedAt), desc(remediations.id))
        .limit(most)
      return rows.map(toReport)
    },
  }
}

function toReport(row: typeof remediations.$inferSelect): RemediationReport {
  const { id, model, version, nodeId, kind, reason, status, outcome, startedAt } = row
  return {
    id,
    model,
    version,
    ...(nodeId === null ? {} : { nodeId }),
    kind,
    reason,
    status,
    ...(outcome === null ? {} : { outcome }),
    startedAtMs: Date.parse(startedAt),
  }
}
