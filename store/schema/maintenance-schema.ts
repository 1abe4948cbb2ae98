import type { HealthState, HealthStatus } from '../../domain/maintenance/health/health-state.ts'
import type { RemediationKind, RemediationStatus } from '../../domain/maintenance/health/remediation.ts'
import { sql, doublePrecision, index, integer, pgTable, primaryKey, text } from '../drizzle.ts'
import { documentColumn, instantColumn } from '../columns.ts'

/** What the health check knows of each version at its endpoint; one without a row was never checked. */
export const versionHealth = pgTable(
  'version_health',
  {
    model: text('model').notNull(),
    version: text('version').notNull(),
    endpoint: text('endpoint').notNull(),
    status: text('status').$type<HealthStatus>().notNull(),
    /** The status before the last check. */
    statusBefore: text('status_before').$type<HealthStatus>().notNull(),
    /** Failures while failing, passes while out, good calls while returning. */
    consecutive: integer('consecutive').notNull(),
    /** Null while healthy. */
    reason: text('reason'),
    /** Of its usual requests: 100, the low share of one that returns, 0. */
    sharePercent: doublePrecision('share_percent').notNull(),
    state: documentColumn('state').$type<HealthState>().notNull(),
    /** The check that wrote the row last: written twice, it counts once. */
    checkId: text('check_id').notNull(),
    /** Calls before this moment say nothing any more: it was out since. Null: all count. */
    countedFrom: instantColumn('counted_from'),
    changedAt: instantColumn('changed_at').notNull(),
    checkedAt: instantColumn('checked_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'version_health_pkey', columns: [table.model, table.version, table.endpoint] }),
  ],
)

/** What was done to versions and nodes that are not well, and how that ended. */
export const remediations = pgTable(
  'remediations',
  {
    id: text('id').primaryKey(),
    model: text('model').notNull(),
    version: text('version').notNull(),
    /** The node that it was about; null: the version as a whole. */
    nodeId: text('node_id'),
    kind: text('kind').$type<RemediationKind>().notNull(),
    reason: text('reason').notNull(),
    status: text('status').$type<RemediationStatus>().notNull(),
    /** A sentence for people; null while it is under way. */
    outcome: text('outcome'),
    /** The workflow that did it. */
    startedBy: text('started_by').notNull(),
    startedAt: instantColumn('started_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    endedAt: instantColumn('ended_at'),
  },
  (table) => [index('remediations_by_version').on(table.model, table.version, table.startedAt)],
)
