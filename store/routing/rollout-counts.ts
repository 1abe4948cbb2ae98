import { type SQL, sql } from '../drizzle.ts'
import type { MirroredAttempt } from '../../domain/rollout/evidence/counts.ts'
import type { EndedAttempt } from '../../domain/rollout/evidence/recent.ts'
import type { ObservedAttempt } from '../../domain/rollout/guards.ts'
import type { Database, Transaction } from '../connection.ts'
import {
  CALL_COLUMNS,
  type CallRow,
  observationOf,
  outcomeOf,
  type RolloutArms,
  toAssigned,
} from './observed-calls.ts'
import { attempts, operations } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import { moment } from '../moments.ts'

export interface RolloutReading {
  /** Everything that was assigned before it is known, or will not be known any more. */
  readonly watermarkMs: number
  /** Assigned from `afterMs` to the watermark, in that order. */
  readonly attempts: readonly ObservedAttempt[]
  /** Requests that the canary got a copy of in that time. */
  readonly mirrored: readonly MirroredAttempt[]
  /** The canary's last ended calls since `fromMs`, at most 500. */
  readonly recent: readonly EndedAttempt[]
}

/** 95th percentiles of a version, in milliseconds; absent where fewer than 20 calls were measured. */
export interface TimePercentiles {
  readonly timeToFirstTokenMs?: number
  readonly timePerOutputTokenMs?: number
}

/** What rollouts are judged by. */
export interface RolloutCountReader {
  read(arms: RolloutArms & { readonly fromMs: number; readonly afterMs: number }): Promise<RolloutReading>
  percentiles(version: { readonly model: string; readonly version: string }): Promise<TimePercentiles>
}

/** A row is seen only when its transaction has committed, a little after the moment that it bears. */
const COMMITTING_MS = 2000

const MOST_RECENT = 500
const MOST_MEASURED = 2000
const LEAST_MEASURED = 20

export function createRolloutCountReader(database: Database): RolloutCountReader {
  const snapshot = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
  return {
    read: ({ fromMs, afterMs, ...arms }) =>
      inTransaction(
        database,
        async (transaction) => {
          const watermarkMs = Math.max(afterMs, await readWatermark(transaction, arms, fromMs))
          const window = between(afterMs, watermarkMs)
          return {
            watermarkMs,
            attempts: await readAssigned(transaction, arms, window),
            mirrored: await readMirrored(transaction, arms, window),
            recent: await readRecent(transaction, arms, fromMs),
          }
        },
        snapshot,
      ),
    percentiles: (version) => inTransaction(database, (transaction) => readPercentiles(transaction, version)),
  }
}

/**
 * The oldest call of either arm that is still under way: what was assigned before it has ended on both, and what was
 * assigned after it is left out on both, however fast it was. A call whose lease is over does not hold it back.
 */
async function readWatermark(transaction: Transaction, arms: RolloutArms, fromMs: number): Promise<number> {
  const { rows } = await transaction.execute<Readonly<{ watermark_ms: number }>>(sql`
    select floor(extract(epoch from least(
      clock_timestamp() - ${COMMITTING_MS} * interval '1 millisecond', min(opened_at))) * 1000)::float8 as watermark_ms
    from ${attempts}
    where status = 'open' and ${ofArms(arms)} and opened_at >= ${moment(fromMs)}
      and lease_expires_at > clock_timestamp()`)
  return rows[0]?.watermark_ms ?? 0
}

async function readAssigned(
  transaction: Transaction,
  arms: RolloutArms,
  window: (column: SQL) => SQL,
): Promise<readonly ObservedAttempt[]> {
  const { rows } = await transaction.execute<CallRow>(sql`
    select ${sql.raw(CALL_COLUMNS.join(', '))} from ${attempts}
    where ${ofArms(arms)} and ${window(sql`opened_at`)}
      and assignment_key is not null and traffic_share is not null
    order by opened_at, attempt_id`)
  return rows.flatMap((row) => toAssigned(row, arms) ?? [])
}

type MirroredRow = Readonly<{ [Column in keyof CallRow as `canary_${Column}`]: CallRow[Column] }> & CallRow

/** The original of `<operation>/mirror` is `<operation>`; of both the first attempt counts. */
async function readMirrored(
  transaction: Transaction,
  arms: RolloutArms,
  window: (column: SQL) => SQL,
): Promise<readonly MirroredAttempt[]> {
  const columns = CALL_COLUMNS.flatMap((column) => [`s.${column}`, `c.${column} as canary_${column}`])
  const { rows } = await transaction.execute<MirroredRow & { readonly operation_id: string }>(sql`
    select distinct on (c.opened_at, s.operation_id) s.operation_id, ${sql.raw(columns.join(', '))}
    from ${attempts} c
      join ${operations} o on o.operation_id = c.operation_id and o.kind = 'mirror'
      join ${attempts} s on s.operation_id = left(c.operation_id, -length('/mirror')) and s.number = 1
    where c.model = ${arms.model} and c.version = ${arms.canaryVersion} and c.number = 1
      and ${window(sql`c.opened_at`)} and s.version = ${arms.stableVersion}
    order by c.opened_at, s.operation_id, s.opened_at`)
  return rows.map((row) => {
    const key = row.assignment_key ?? row.operation_id
    const canary = Object.fromEntries(
      Object.entries(row).flatMap(([column, value]) =>
        column.startsWith('canary_') ? [[column.slice('canary_'.length), value]] : [],
      ),
    )
    const common = { weight: 1 / 2, key }
    return {
      // The prefix was put there by the statement.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      canary: { arm: 'canary', ...common, ...observationOf(canary as CallRow) },
      stable: { arm: 'stable', ...common, ...observationOf(row) },
    }
  })
}

async function readRecent(
  transaction: Transaction,
  { model, canaryVersion }: RolloutArms,
  fromMs: number,
): Promise<readonly EndedAttempt[]> {
  const { rows } = await transaction.execute<
    CallRow & Readonly<{ operation_id: string; opened_ms: number; closed_ms: number }>
  >(sql`
    select a.operation_id, ${sql.raw(CALL_COLUMNS.map((column) => `a.${column}`).join(', '))},
      (extract(epoch from a.opened_at) * 1000)::float8 as opened_ms,
      (extract(epoch from a.closed_at) * 1000)::float8 as closed_ms
    from ${attempts} a join ${operations} o on o.operation_id = a.operation_id
    where a.model = ${model} and a.version = ${canaryVersion} and a.opened_at >= ${moment(fromMs)}
      and a.status <> 'open' and (a.assignment_key is not null or o.kind = 'mirror')
    order by a.opened_at desc limit ${MOST_RECENT}`)
  return rows.map((row) => ({
    operationId: row.operation_id,
    outcome: outcomeOf(row),
    openedAtMs: row.opened_ms,
    closedAtMs: row.closed_ms,
    ...(row.latency_ms === null ? {} : { latencyMs: row.latency_ms }),
  }))
}

/** Over the last calls of a week: an old version's pace says little about today's. */
async function readPercentiles(
  transaction: Transaction,
  { model, version }: { readonly model: string; readonly version: string },
): Promise<TimePercentiles> {
  const { rows } = await transaction.execute<
    Readonly<{ first_ms: number | null; firsts: number; pace_ms: number | null; paces: number }>
  >(sql`
    with last_calls as (
      select time_to_first_token_ms as first_ms,
        case when output_tokens > 1 then (latency_ms - time_to_first_token_ms) / (output_tokens - 1) end as pace_ms
      from ${attempts}
      where model = ${model} and version = ${version} and status = 'completed'
        and opened_at > clock_timestamp() - interval '7 days'
      order by opened_at desc limit ${MOST_MEASURED})
    select percentile_cont(0.95) within group (order by first_ms) as first_ms, count(first_ms)::int as firsts,
      percentile_cont(0.95) within group (order by pace_ms) as pace_ms, count(pace_ms)::int as paces
    from last_calls`)
  const { first_ms: firstMs = null, firsts = 0, pace_ms: paceMs = null, paces = 0 } = rows[0] ?? {}
  return {
    ...(firstMs === null || firsts < LEAST_MEASURED ? {} : { timeToFirstTokenMs: firstMs }),
    ...(paceMs === null || paces < LEAST_MEASURED ? {} : { timePerOutputTokenMs: paceMs }),
  }
}

function ofArms({ model, stableVersion, canaryVersion }: RolloutArms): SQL {
  return sql`model = ${model} and version in (${stableVersion}, ${canaryVersion})`
}

function between(fromMs: number, toMs: number): (column: SQL) => SQL {
  return (column) => sql`${column} >= ${moment(fromMs)} and ${column} < ${moment(toMs)}`
}
