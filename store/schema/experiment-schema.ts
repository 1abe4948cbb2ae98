import { sql, doublePrecision, index, pgTable, text } from '../drizzle.ts'
import { documentColumn, instantColumn } from '../columns.ts'
import type { ExperimentState } from '../../domain/experiments/experiment-state.ts'
import type { Verdict } from '../../domain/experiments/feedback.ts'

/** Experiments, as the workflow of each published it last. */
export const experiments = pgTable('experiments', {
  experimentId: text('experiment_id').primaryKey(),
  /** Only the workflow that wrote it first may change it. */
  workflowId: text('workflow_id').notNull(),
  /** Its first run: a workflow started anew under the same id is another one. */
  runId: text('run_id').notNull(),
  state: documentColumn('state').$type<ExperimentState>().notNull(),
  /** Requests get its variants until then: a lease. Null once it has ended. */
  activeUntil: instantColumn('active_until'),
  startedAt: instantColumn('started_at')
    .notNull()
    .default(sql`clock_timestamp()`),
})

/** Which variant of a prompt experiment an operation got; written before it is admitted, and never changed. */
export const experimentUnits = pgTable(
  'experiment_units',
  {
    operationId: text('operation_id').primaryKey(),
    experimentId: text('experiment_id').notNull(),
    variant: text('variant').notNull(),
    /** What it was assigned by. */
    unitKey: text('unit_key').notNull(),
    assignedAt: instantColumn('assigned_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [index('experiment_units_in_order').on(table.experimentId, table.assignedAt, table.operationId)],
)

/** What people said about answers, one verdict for each operation: the last word. */
export const feedback = pgTable('feedback', {
  operationId: text('operation_id').primaryKey(),
  verdict: text('verdict').$type<Verdict>().notNull(),
  /** 0 to 1, where somebody gave one. */
  score: doublePrecision('score'),
  givenBy: text('given_by'),
  firstGivenAt: instantColumn('first_given_at')
    .notNull()
    .default(sql`clock_timestamp()`),
  givenAt: instantColumn('given_at')
    .notNull()
    .default(sql`clock_timestamp()`),
})
