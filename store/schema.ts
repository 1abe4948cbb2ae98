import type { AttemptStatus } from './ledger/ledger.ts'
import type { BudgetPeriod, SpentPolicy } from '../domain/budget/budget.ts'
import type { Reservation } from './budgets/budget-books.ts'
import type { OperationKind } from '../domain/operation-kind.ts'
import type { CallFailure, FailureKind } from '../domain/failure.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import type { JsonValue } from '../domain/json.ts'
import type { Price } from '../domain/catalog/price.ts'
import type { Usage } from '../domain/usage.ts'
import {
  sql,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from './drizzle.ts'
import { documentColumn, instantColumn, nanoUsdColumn } from './columns.ts'

export type OperationStatus = 'open' | 'completed' | 'failed' | 'cancelled'

/** Accepted requests, one row each: what was decided, and what is answered when they are asked again. */
export const operations = pgTable(
  'operations',
  {
    operationId: text('operation_id').primaryKey(),
    kind: text('kind').$type<OperationKind>().notNull(),
    tenant: text('tenant').notNull(),
    user: text('user'),
    feature: text('feature'),
    taskId: text('task_id'),
    requestHash: text('request_hash').notNull(),
    decision: documentColumn('decision').$type<JsonValue>().notNull(),
    candidates: documentColumn('candidates').$type<readonly Candidate[]>().notNull(),
    status: text('status').$type<OperationStatus>().notNull().default('open'),
    result: documentColumn('result').$type<JsonValue>(),
    acceptedAt: instantColumn('accepted_at')
      .notNull()
      .default(sql`now()`),
    endedAt: instantColumn('ended_at'),
  },
  (table) => [
    index('operations_by_tenant').on(table.tenant, table.acceptedAt),
    index('operations_by_task').on(table.taskId),
  ],
)

/** The ledger: one row for each upstream call that was made or may have been. */
export const attempts = pgTable(
  'attempts',
  {
    attemptId: text('attempt_id').primaryKey(),
    operationId: text('operation_id').notNull(),
    runId: text('run_id').notNull(),
    number: integer('number').notNull(),
    model: text('model').notNull(),
    version: text('version').notNull(),
    provider: text('provider').notNull(),
    endpoint: text('endpoint').notNull(),
    candidate: documentColumn('candidate').$type<Candidate>().notNull(),
    status: text('status').$type<AttemptStatus>().notNull().default('open'),
    reservedNanoUsd: nanoUsdColumn('reserved_nano_usd').notNull(),
    /** What the row is booked at; null while it is open. */
    costNanoUsd: nanoUsdColumn('cost_nano_usd'),
    price: documentColumn('price').$type<Price>().notNull(),
    priceVersion: text('price_version').notNull(),
    inputTokens: integer('input_tokens'),
    outputTokens: integer('output_tokens'),
    cachedInputTokens: integer('cached_input_tokens'),
    cacheWriteTokens: integer('cache_write_tokens'),
    reasoningTokens: integer('reasoning_tokens'),
    usageSource: text('usage_source').$type<Usage['source']>(),
    rawUsage: documentColumn('raw_usage').$type<JsonValue>(),
    /** The model id that the provider says it used. */
    providerModel: text('provider_model'),
    finishReason: text('finish_reason'),
    failureKind: text('failure_kind').$type<FailureKind>(),
    failure: documentColumn('failure').$type<CallFailure>(),
    latencyMs: doublePrecision('latency_ms'),
    timeToFirstTokenMs: doublePrecision('time_to_first_token_ms'),
    /** The pool that its vendor counts it in, and what it takes of it until its usage is known. */
    quotaPool: text('quota_pool'),
    reservedTokens: integer('reserved_tokens'),
    /** After this moment an open row holds no place in its pool. */
    leaseExpiresAt: instantColumn('lease_expires_at'),
    /** How its model's traffic was shared when it was assigned; null for models without a routing table. */
    trafficEpoch: integer('traffic_epoch'),
    /** The share of its version then, 0 to 1. */
    trafficShare: doublePrecision('traffic_share'),
    /** What it was assigned by; null where its caller asked for the version, and where another one was to answer. */
    assignmentKey: text('assignment_key'),
    /** Whether an answer that was to fit a schema does; null where none was asked for, or nobody looked. */
    answerSchema: text('answer_schema').$type<'valid' | 'invalid'>(),
    /** By the clock, not by the transaction: it may have waited for its pool's lock. */
    openedAt: instantColumn('opened_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    closedAt: instantColumn('closed_at'),
    /** When usage that came late corrected an ambiguous row, and what it was booked at before. */
    correctedAt: instantColumn('corrected_at'),
    bookedBeforeNanoUsd: nanoUsdColumn('booked_before_nano_usd'),
    /** The budget windows that it was reserved in; null where no budget applied. */
    reservation: documentColumn('reservation').$type<Reservation>(),
  },
  (table) => [
    unique('attempts_once_per_run').on(table.operationId, table.runId, table.number),
    foreignKey({
      name: 'attempts_of_operation',
      columns: [table.operationId],
      foreignColumns: [operations.operationId],
    }),
    index('attempts_by_opening').on(table.openedAt),
    index('attempts_by_model').on(table.model, table.openedAt),
    index('attempts_by_pool').on(table.quotaPool, table.openedAt),
    // The sweeper's and the pools': small, because few are open at a time.
    index('attempts_still_open')
      .on(table.openedAt, table.attemptId)
      .where(sql`status = 'open'`),
  ],
)

/**
 * Which stored texts belong to an operation, so that they can go with it. No foreign key: a prompt is stored before
 * its operation is accepted.
 */
export const contentObjects = pgTable(
  'content_objects',
  {
    operationId: text('operation_id').notNull(),
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    createdAt: instantColumn('created_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: 'content_objects_pkey', columns: [table.operationId, table.sha256] }),
    index('content_objects_by_content').on(table.sha256),
    index('content_objects_by_age').on(table.createdAt, table.operationId, table.sha256),
  ],
)

/** Bounds on what a tenant or one of its users may spend in a day or a month. */
export const budgets = pgTable(
  'budgets',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').notNull(),
    /** Null: the whole tenant's. */
    user: text('user'),
    window: text('window').$type<BudgetPeriod>().notNull(),
    capNanoUsd: nanoUsdColumn('cap_nano_usd').notNull(),
    whenSpent: text('when_spent').$type<SpentPolicy>().notNull(),
    setAt: instantColumn('set_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('budgets_by_tenant').on(table.tenant)],
)

/**
 * What each window of a budget holds. No foreign key: a window outlives its budget, because attempts that were
 * reserved in it are settled later, and a budget that is set again goes on where it was.
 */
export const budgetWindows = pgTable(
  'budget_windows',
  {
    budgetId: text('budget_id').notNull(),
    /** First day in UTC, `2026-11-01`. */
    startsAt: text('starts_at').notNull(),
    spentNanoUsd: nanoUsdColumn('spent_nano_usd').notNull(),
    reservedNanoUsd: nanoUsdColumn('reserved_nano_usd').notNull(),
  },
  (table) => [primaryKey({ name: 'budget_windows_pkey', columns: [table.budgetId, table.startsAt] })],
)

export { endpointHealth, quotaPools, tickets } from './schema/limit-schema.ts'
export { nodes, placements, routingTable } from './schema/traffic-schema.ts'
export { experiments, experimentUnits, feedback } from './schema/experiment-schema.ts'
export { remediations, versionHealth } from './schema/maintenance-schema.ts'
export { alertDeliveries, alertEvents, alerts, spendSlots } from './schema/alert-schema.ts'
export { dailyUsage, optimisationResults, optimisationRuns } from './schema/optimisation-schema.ts'
