import type { AttemptStatus } from './ledger.ts'
import type { FailureKind } from '../domain/failure.ts'
import type { OperationKind } from '../domain/operation-kind.ts'
import { boolean, date, doublePrecision, integer, pgView, text } from './drizzle.ts'
import { instantColumn, nanoUsdColumn } from './columns.ts'

/**
 * The ledger's rows with what is known of their operations: what every report counts, and every view for people.
 * Defined in the migration `cost_views`, as are the views over it; what an error is and which day it was stands there.
 */
export const accountedAttempts = pgView('accounted_attempts', {
  attemptId: text('attempt_id').notNull(),
  operationId: text('operation_id').notNull(),
  kind: text('kind').$type<OperationKind>().notNull(),
  tenant: text('tenant').notNull(),
  user: text('user'),
  feature: text('feature'),
  taskId: text('task_id'),
  acceptedAt: instantColumn('accepted_at').notNull(),
  /** The calendar day in UTC on which the operation was accepted. */
  day: date('day').notNull(),
  model: text('model').notNull(),
  provider: text('provider').notNull(),
  endpoint: text('endpoint').notNull(),
  status: text('status').$type<AttemptStatus>().notNull(),
  failureKind: text('failure_kind').$type<FailureKind>(),
  isOpen: boolean('is_open').notNull(),
  isAmbiguous: boolean('is_ambiguous').notNull(),
  /** It ended without an answer, and not because its caller cancelled it. */
  isError: boolean('is_error').notNull(),
  reservedNanoUsd: nanoUsdColumn('reserved_nano_usd').notNull(),
  /** Null while it is open. */
  costNanoUsd: nanoUsdColumn('cost_nano_usd'),
  inputTokens: integer('input_tokens'),
  outputTokens: integer('output_tokens'),
  latencyMs: doublePrecision('latency_ms'),
  openedAt: instantColumn('opened_at').notNull(),
  correctedAt: instantColumn('corrected_at'),
}).existing()
