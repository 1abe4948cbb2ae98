import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import type { Database } from '../connection.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { TrafficReading } from '../../domain/alerts/traffic-rules.ts'
import type { TrafficRuleSettings } from '../../domain/alerts/alert-settings.ts'
import { attempts, operations } from '../schema.ts'
import { moment } from '../moments.ts'
import { sql } from '../drizzle.ts'

/** What alerts look at in the ledger. */
export interface AlertReader {
  /** How the calls of each version went that ended lately. `nowMs`: milliseconds since the epoch. */
  traffic(nowMs: number, settings: TrafficRuleSettings): Promise<readonly TrafficReading[]>
  /** By budget id, what a call of the budget's owner reserves: the mean of the last 50. */
  usualReservations(budgets: readonly BudgetStatus[]): Promise<ReadonlyMap<string, NanoUsd>>
}

/** Calls that were opened earlier than this before the window are not looked for, in milliseconds. */
const LONGEST_CALL_MS = 15 * 60_000
/** The usual time of a version is that of so many of its last answers before the window, within a day. */
const MOST_TIMED = 2_000
const LEAST_TIMED = 100
const DAY_MS = 24 * 3_600_000

type TrafficRow = Readonly<{
  model: string
  version: string
  calls: number
  errors: number
  timed_calls: number
  slow_calls: number
  slow_limit_ms: number | null
}>

export function createAlertReader({ queries }: Database): AlertReader {
  return {
    traffic: async (nowMs, { windowMs, slowFactor }) => {
      const from = moment(nowMs - windowMs)
      const { rows } = await queries.execute<TrafficRow>(sql`
        with ended as (
          select a.model, a.version, a.status, a.latency_ms
          from ${attempts} a join ${operations} o on o.operation_id = a.operation_id
          where a.opened_at >= ${moment(nowMs - windowMs - LONGEST_CALL_MS)} and a.closed_at >= ${from}
            and a.closed_at <= ${moment(nowMs)} and a.status <> 'cancelled' and o.kind not in ('mirror', 'probe')
            and coalesce(a.failure_kind, '') not in ('cancelled', 'bad-request', 'context-too-long', 'content-policy')),
        versions as (select distinct model, version from ended),
        limits as (
          select v.model, v.version, ${slowFactor}::float8 * before.usual_ms as slow_limit_ms
          from versions v cross join lateral (
            select percentile_cont(0.95) within group (order by latency_ms) as usual_ms
            from (
              select latency_ms from ${attempts} a
              where a.model = v.model and a.version = v.version and a.status = 'completed'
                and a.latency_ms is not null
                and a.opened_at >= ${moment(nowMs - windowMs - DAY_MS)} and a.opened_at < ${from}
              order by a.opened_at desc limit ${MOST_TIMED}) last_answers
            having count(*) >= ${LEAST_TIMED}) before)
        select e.model, e.version, count(*)::int as calls,
          (count(*) filter (where e.status in ('failed', 'ambiguous')))::int as errors,
          (count(*) filter (where e.status = 'completed' and e.latency_ms is not null))::int as timed_calls,
          (count(*) filter (where e.status = 'completed' and e.latency_ms > l.slow_limit_ms))::int as slow_calls,
          min(l.slow_limit_ms) as slow_limit_ms
        from ended e left join limits l on l.model = e.model and l.version = e.version
        group by e.model, e.version order by e.model, e.version`)
      return rows.map(toReading)
    },
    usualReservations: async (budgets) => {
      if (budgets.length === 0) return new Map()
      const asked = JSON.stringify(
        budgets.map(({ id, tenant, user = null }) => ({ id, tenant, owner: user })),
      )
      const { rows } = await queries.execute<{ readonly id: string; readonly reserved: number | null }>(sql`
        select asked.id, usual.reserved
        from json_to_recordset(${asked}::text::json) as asked (id text, tenant text, owner text)
        cross join lateral (
          select avg(reserved_nano_usd)::float8 as reserved from (
            select a.reserved_nano_usd
            from ${operations} o join ${attempts} a on a.operation_id = o.operation_id
            where o.tenant = asked.tenant and (asked.owner is null or o.user = asked.owner)
              and o.kind not in ('mirror', 'probe')
            order by o.accepted_at desc limit 50) last_calls) usual`)
      return new Map(
        rows.flatMap(({ id, reserved }) => (reserved === null ? [] : [[id, Math.round(reserved)] as const])),
      )
    },
  }
}

function toReading(row: TrafficRow): TrafficReading {
  const { model, version, calls, errors, slow_limit_ms: slowLimitMs } = row
  return {
    model,
    version,
    calls,
    errors,
    timedCalls: row.timed_calls,
    slowCalls: row.slow_calls,
    ...(slowLimitMs === null ? {} : { slowLimitMs }),
  }
}
