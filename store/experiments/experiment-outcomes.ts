import { type SQL, sql } from '../drizzle.ts'
import type { AttemptStatus } from '../ledger/ledger.ts'
import { attempts, experimentUnits, feedback, operations } from '../schema.ts'
import type { Database } from '../connection.ts'
import { moment } from '../moments.ts'
import type { ObservedOutcome } from '../../domain/experiments/outcome.ts'
import type { Verdict } from '../../domain/experiments/feedback.ts'

/** Whose requests are meant: those that the traffic of a model assigned in an epoch, or those of a prompt experiment. */
export type ExperimentSubject =
  | { readonly kind: 'model-versions'; readonly model: string; readonly trafficEpoch: number }
  | { readonly kind: 'prompts'; readonly experimentId: string }

/** Which requests are read, and how long is waited for what belongs to them. Times in milliseconds. */
export interface OutcomeWindow {
  readonly subject: ExperimentSubject
  /** Since the epoch. */
  readonly fromMs: number
  /** A request that has not ended after this time will not. */
  readonly patienceMs: number
  /** Feedback that first came later than this after its request does not count. */
  readonly feedbackWithinMs: number
  /** Only requests whose time for feedback is over. */
  readonly isForFeedback: boolean
}

export interface OutcomePage {
  readonly outcomes: readonly ObservedOutcome[]
  /** When the first request came that may still end, in milliseconds since the epoch: this is the last page then. */
  readonly openSinceMs?: number
}

/** What became of the requests of experiments. */
export interface ExperimentOutcomes {
  /**
   * Page after page, in the order in which the requests came, up to the first that has not ended and may still: to read on
   * would favour the faster variant.
   */
  pages(window: OutcomeWindow): AsyncIterable<OutcomePage>
}

const PAGE = 5000

export function createExperimentOutcomes({ queries }: Database): ExperimentOutcomes {
  return {
    pages: async function* (window) {
      let after: OutcomeRow | undefined
      do {
        // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
        const { rows } = await queries.execute<OutcomeRow>(pageOf(window, after))
        // In the statement that reads the outcomes: a look before it would not see rows that are being committed.
        const open = rows.findIndex((row) => row.is_open)
        yield toPage(rows, open)
        after = rows.length === PAGE && open < 0 ? rows.at(-1) : undefined
      } while (after !== undefined)
    },
  }
}

function toPage(rows: readonly OutcomeRow[], open: number): OutcomePage {
  const first = rows[open]
  if (first === undefined) return { outcomes: rows.map(toOutcome) }
  return { outcomes: rows.slice(0, open).map(toOutcome), openSinceMs: Number(first.at_us) / 1000 }
}

type OutcomeRow = Readonly<{
  operation_id: string
  at_us: string
  unit_key: string
  variant: string
  is_open: boolean
  first_status: AttemptStatus | null
  is_answered: boolean | null
  is_refused: boolean | null
  answer_schema: 'valid' | 'invalid' | null
  latency_ms: number | null
  cost_nano_usd: string | number | null
  verdict: Verdict | null
  score: number | null
}>

/**
 * Operations with their key, their variant, the number of the attempt that tells about it, and when they came.
 * @param from what came before is not looked at; an operation that was retried later stands there again, with its key
 */
function assignedTo(subject: ExperimentSubject, from: SQL): SQL {
  if (subject.kind === 'prompts') {
    return sql`
      select unit.operation_id, unit.unit_key, unit.variant, 1 as number, unit.assigned_at as at
      from ${experimentUnits} as unit where unit.experiment_id = ${subject.experimentId} and unit.assigned_at >= ${from}`
  }
  // What stands in for a version has no key. A run that was reset assigns again: the first one counts.
  return sql`
    select distinct on (attempt.operation_id) attempt.operation_id, attempt.assignment_key as unit_key,
      attempt.version as variant, attempt.number, attempt.opened_at as at
    from ${attempts} as attempt
    where attempt.model = ${subject.model} and attempt.traffic_epoch = ${subject.trafficEpoch}
      and attempt.assignment_key is not null and attempt.opened_at >= ${from}
    order by attempt.operation_id, attempt.opened_at, attempt.number`
}

function pageOf(window: OutcomeWindow, after?: OutcomeRow): SQL {
  const { subject, fromMs, patienceMs, feedbackWithinMs, isForFeedback } = window
  const micros = sql`(extract(epoch from assigned.at) * 1000000)::bigint`
  const isLater =
    after === undefined
      ? sql`true`
      : sql`(${micros}, assigned.operation_id) > (${after.at_us}::bigint, ${after.operation_id}::text)`
  // A little earlier, so that rounding loses nothing; `isLater` is exact.
  const from =
    after === undefined ? moment(fromMs) : sql`to_timestamp(${after.at_us}::float8 / 1000000 - 0.001)`
  return sql`
    with assigned as (${assignedTo(subject, from)}),
    page as (
      select assigned.*, ${micros} as at_us from assigned
      where assigned.at <= clock_timestamp() - ${lengthOf(isForFeedback ? feedbackWithinMs : 0)} and ${isLater}
      order by at_us, assigned.operation_id limit ${PAGE}::int
    )
    select page.operation_id, page.at_us::text as at_us, page.unit_key, page.variant, tally.*,
      coalesce(operation.status, 'open') = 'open' and page.at > clock_timestamp() - ${lengthOf(patienceMs)} as is_open,
      said.verdict, said.score
    from page
    left join lateral (${tally}) as tally on true
    left join ${operations} as operation on operation.operation_id = page.operation_id
    left join ${feedback} as said on said.operation_id = page.operation_id
      and said.first_given_at <= page.at + ${lengthOf(feedbackWithinMs)}
    order by page.at_us, page.operation_id`
}

const isCompleted = sql`attempt.status = 'completed'`
const isRefused = sql`attempt.finish_reason in ('refusal', 'content-filter')`

/** All attempts of an operation together. One that is open still has not answered. */
const tally = sql`
  select
    (array_agg(attempt.status order by attempt.opened_at) filter (where attempt.number = page.number))[1] as first_status,
    bool_or(${isCompleted}) as is_answered,
    bool_or(${isCompleted} and ${isRefused}) as is_refused,
    max(attempt.answer_schema) filter (where ${isCompleted}) as answer_schema,
    (extract(epoch from max(attempt.closed_at) - min(attempt.opened_at)) * 1000)::float8 as latency_ms,
    sum(attempt.cost_nano_usd) as cost_nano_usd
  from ${attempts} as attempt where attempt.operation_id = page.operation_id`

function toOutcome(row: OutcomeRow): ObservedOutcome {
  const { answer_schema: answerSchema, latency_ms: latencyMs, cost_nano_usd: cost, verdict, score } = row
  return {
    key: row.unit_key,
    variant: row.variant,
    isFirstCompleted: row.first_status === 'completed',
    isAnswered: row.is_answered === true,
    isRefused: row.is_refused === true,
    ...(answerSchema === null ? {} : { answerSchema }),
    ...(latencyMs === null ? {} : { latencyMs }),
    ...(cost === null ? {} : { costNanoUsd: Number(cost) }),
    ...(verdict === null ? {} : { verdict }),
    ...(score === null ? {} : { score }),
  }
}

function lengthOf(durationMs: number): SQL {
  return sql`make_interval(secs => ${durationMs / 1000}::float8)`
}
