import type { FailureKind } from '../../domain/failure.ts'
import { FAILURE_KINDS } from '../../domain/failure.ts'
import { FAILURE_POLICIES } from '../../domain/attempts/failure-policy.ts'
import type { MeasuredCalls } from '../../domain/maintenance/health/thresholds.ts'
import { PROBE_PREFIX } from '../../domain/maintenance/health/version-health.ts'
import type { VersionName } from '../../domain/nodes/node.ts'
import { instant } from '../moments.ts'
import { attempts } from '../schema.ts'
import type { Database } from '../connection.ts'
import { recordset, textArray } from '../recordset.ts'
import { sql } from '../drizzle.ts'

/** A version, and from when on its calls count. */
export interface MeasuredSpan extends VersionName {
  /** Milliseconds since the epoch; never longer ago than `windowMs`. */
  readonly sinceMs?: number
}

export interface MeasuredVersion extends VersionName, MeasuredCalls {}

/** Reads how the calls of versions went. One round trip; versions without calls are left out. */
export type MeasureCalls = (
  spans: readonly MeasuredSpan[],
  windowMs: number,
) => Promise<readonly MeasuredVersion[]>

/** A worker that died in the middle says something about what it served as well. */
const BAD_KINDS = FAILURE_KINDS.filter(
  (kind) => FAILURE_POLICIES[kind].endpoint === 'failure' || kind === 'worker-lost',
)
const GOOD_KINDS = FAILURE_KINDS.filter((kind) => FAILURE_POLICIES[kind].endpoint === 'success')
const LIMITED_KINDS: readonly FailureKind[] = ['rate-limited']

/** Leaves the health check's own calls out. */
export const isUsersCall = sql`${attempts.operationId} not like ${`${PROBE_PREFIX}%`}`

type MeasuredRow = Readonly<{
  model: string
  version: string
  good: string | number
  bad: string | number
  limited: string | number
  median_ms: number | null
}>

/** Calls in the ledger by the database's clock. */
export function createMeasureCalls({ queries }: Pick<Database, 'queries'>): MeasureCalls {
  const { model, version, openedAt, status, failureKind, timeToFirstTokenMs, latencyMs } = attempts
  const hasKind = (kinds: readonly FailureKind[]) => sql`${failureKind} = any(${textArray(kinds)})`
  return async (spans, windowMs) => {
    if (spans.length === 0) return []
    const rows = spans.map(({ model: name, version: number, sinceMs = 0 }) => ({
      model: name,
      version: number,
      openedAt: instant(sinceMs),
    }))
    const { source } = recordset({ model, version, openedAt }, rows)
    const windowStart = sql`clock_timestamp() - ${windowMs} * interval '1 millisecond'`
    const found = await queries.execute<MeasuredRow>(sql`
      select ${model} as model, ${version} as version,
        count(*) filter (where ${status} = 'completed' or ${hasKind(GOOD_KINDS)}) as good,
        count(*) filter (where ${hasKind(BAD_KINDS)}) as bad,
        count(*) filter (where ${hasKind(LIMITED_KINDS)}) as limited,
        percentile_cont(0.5) within group (order by coalesce(${timeToFirstTokenMs}, ${latencyMs}))
          filter (where ${status} = 'completed') as median_ms
      from ${attempts} join ${source} on ${model} = record."model" and ${version} = record."version"
        and ${openedAt} >= record."opened_at"
      where ${openedAt} >= ${windowStart} and ${status} <> 'open' and ${isUsersCall}
      group by 1, 2`)
    return found.rows.map(({ median_ms: median, good, bad, limited, ...name }) => ({
      model: name.model,
      version: name.version,
      good: Number(good),
      bad: Number(bad),
      limited: Number(limited),
      ...(median === null ? {} : { medianResponseMs: median }),
    }))
  }
}
