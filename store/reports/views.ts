import type { OperationKind } from '../../domain/operation-kind.ts'
import { date, doublePrecision, integer, pgView, text } from '../drizzle.ts'
import { instantColumn, nanoUsdColumn } from '../columns.ts'

/**
 * The ledger's rows with what is known of their operations, and the sums of what left the ledger: what every report counts, and
 * every view for people. Defined in the migrations `cost_views` and `optimisations`, as are the views over it; what an error is
 * and which day it was stands there. An attempt is in exactly one row.
 */
export const accountedUsage = pgView('accounted_usage', {
  /** Null for sums. */
  operationId: text('operation_id'),
  /** Operations that a row of sums counts for; 0 for a row of the ledger. */
  rolledOperations: integer('rolled_operations').notNull(),
  kind: text('kind').$type<OperationKind>().notNull(),
  tenant: text('tenant').notNull(),
  user: text('user'),
  feature: text('feature'),
  taskId: text('task_id'),
  /** The start of its day for sums. */
  acceptedAt: instantColumn('accepted_at').notNull(),
  /** The calendar day in UTC on which the operation was accepted. */
  day: date('day').notNull(),
  model: text('model').notNull(),
  provider: text('provider').notNull(),
  endpoint: text('endpoint').notNull(),
  attempts: integer('attempts').notNull(),
  open: integer('open').notNull(),
  /** Those that ended without an answer, and not because their caller cancelled them. */
  errors: integer('errors').notNull(),
  ambiguous: integer('ambiguous').notNull(),
  corrected: integer('corrected').notNull(),
  openReservedNanoUsd: nanoUsdColumn('open_reserved_nano_usd').notNull(),
  ambiguousNanoUsd: nanoUsdColumn('ambiguous_nano_usd').notNull(),
  /** Null while it is open. */
  costNanoUsd: nanoUsdColumn('cost_nano_usd'),
  maxCostNanoUsd: nanoUsdColumn('max_cost_nano_usd'),
  inputTokens: nanoUsdColumn('input_tokens'),
  outputTokens: nanoUsdColumn('output_tokens'),
  /** Null for sums: percentiles are of what stands in the ledger. */
  latencyMs: doublePrecision('latency_ms'),
  latencySumMs: doublePrecision('latency_sum_ms'),
  latencyCount: integer('latency_count').notNull(),
  maxLatencyMs: doublePrecision('max_latency_ms'),
  openedAt: instantColumn('opened_at').notNull(),
}).existing()
