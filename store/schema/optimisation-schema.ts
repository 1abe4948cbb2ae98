import type { OptimisationResult, OptimisationStatus } from '../../domain/optimisation/result.ts'
import type { OperationKind } from '../../domain/operation-kind.ts'
import type { OptimisationRequest } from '../../domain/optimisation/request.ts'
import { sql, date, doublePrecision, index, integer, pgTable, primaryKey, text } from '../drizzle.ts'
import { documentColumn, instantColumn, nanoUsdColumn } from '../columns.ts'

/** Runs of the optimisation workflow. */
export const optimisationRuns = pgTable(
  'optimisation_runs',
  {
    /** Of Temporal: the workflow may run again under its id. */
    runId: text('run_id').primaryKey(),
    workflowId: text('workflow_id').notNull(),
    startedBy: text('started_by').notNull(),
    request: documentColumn('request').$type<OptimisationRequest>().notNull(),
    status: text('status').$type<OptimisationStatus>().notNull().default('running'),
    startedAt: instantColumn('started_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    endedAt: instantColumn('ended_at'),
  },
  (table) => [index('optimisation_runs_by_start').on(table.startedAt)],
)

/** What came of each action of a run. */
export const optimisationResults = pgTable(
  'optimisation_results',
  {
    runId: text('run_id').notNull(),
    /** From 1, in the order in which they ended. */
    number: integer('number').notNull(),
    action: text('action').$type<OptimisationResult['action']>().notNull(),
    model: text('model'),
    version: text('version'),
    verdict: text('verdict').$type<OptimisationResult['verdict']>().notNull(),
    result: documentColumn('result').$type<OptimisationResult>().notNull(),
    endedAt: instantColumn('ended_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ name: 'optimisation_results_pkey', columns: [table.runId, table.number] })],
)

/**
 * Sums of what left the ledger for good, one row for each day, origin and candidate. An attempt stands in the ledger or is
 * counted here, never both: reports add the two. Latencies keep their mean and maximum, and lose their percentiles.
 */
export const dailyUsage = pgTable(
  'daily_usage',
  {
    /** All that a row is about, as one text: several of its parts may be null. */
    cell: text('cell').primaryKey(),
    /** UTC, by acceptance. */
    day: date('day').notNull(),
    kind: text('kind').$type<OperationKind>().notNull(),
    tenant: text('tenant').notNull(),
    user: text('user'),
    feature: text('feature'),
    model: text('model').notNull(),
    version: text('version').notNull(),
    provider: text('provider').notNull(),
    endpoint: text('endpoint').notNull(),
    /** An operation counts where its first attempt went, so that it counts once. */
    operations: integer('operations').notNull(),
    attempts: integer('attempts').notNull(),
    errors: integer('errors').notNull(),
    ambiguous: integer('ambiguous').notNull(),
    corrected: integer('corrected').notNull(),
    ambiguousNanoUsd: nanoUsdColumn('ambiguous_nano_usd').notNull(),
    inputTokens: nanoUsdColumn('input_tokens').notNull(),
    outputTokens: nanoUsdColumn('output_tokens').notNull(),
    costNanoUsd: nanoUsdColumn('cost_nano_usd').notNull(),
    maxCostNanoUsd: nanoUsdColumn('max_cost_nano_usd').notNull(),
    /** Of the attempts that have one, in milliseconds. */
    latencySumMs: doublePrecision('latency_sum_ms').notNull(),
    latencyCount: integer('latency_count').notNull(),
    maxLatencyMs: doublePrecision('max_latency_ms'),
  },
  (table) => [
    index('daily_usage_by_day').on(table.day),
    index('daily_usage_by_tenant').on(table.tenant, table.day),
  ],
)
