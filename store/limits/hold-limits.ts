import { type SQL, sql } from '../drizzle.ts'
import type { AdmissionRecord, AttemptOption } from '../ledger/ledger.ts'
import { type BreakerState, isUnwell } from '../../domain/limits/breaker.ts'
import { endpointHealth, quotaPools } from '../schema.ts'
import { type EndedCall, LimitBooks } from './limit-books.ts'
import { CLOCK_MS } from '../moments.ts'
import { readPoolUse } from './read-pool-use.ts'
import { recordset, textArray } from '../recordset.ts'
import type { Transaction } from '../connection.ts'

// Every transaction holds its operations before its pools, these before its endpoints and these before its budget
// windows, each in the order of their names: so no two wait for each other. A pool without limits is only shared: what
// pauses it waits for the admissions that are under way, and those that come later see the pause.

/** A line is looked for in a pool without limits only if it paused within this time, in milliseconds. */
const LINE_AFTER_PAUSE_MS = 3_600_000

/** Locks the pools and breakers that admissions ask and that ended calls change, until the transaction ends. */
export async function holdLimits(
  transaction: Transaction,
  admissions: readonly AdmissionRecord[],
  ended: readonly EndedCall[],
): Promise<LimitBooks> {
  if (admissions.length + ended.length === 0)
    return new LimitBooks({ nowMs: 0, pools: new Map(), breakers: new Map() }, [])
  const options = admissions.flatMap((record) => record.options)
  const pausing = ended.flatMap(({ pool, pauseMs }) => (pool !== null && pauseMs > 0 ? [pool] : []))
  const wanted: Wanted = {
    pools: sortedOnce([...options.map(({ quota }) => quota.pool), ...pausing]),
    endpoints: sortedOnce([
      ...options.map(({ candidate }) => candidate.endpoint),
      ...ended.map(({ endpoint }) => endpoint),
    ]),
    isExclusive: pausing.length > 0 || options.some(isLimited),
  }
  const seen = await lockPools(transaction, wanted)
  const failing = ended.filter(({ sign }) => sign === 'failure').map(({ endpoint }) => endpoint)
  const breakers = await lockBreakers(transaction, seen.unwell, failing)
  const limited = sortedOnce(options.filter(isLimited).map(({ quota }) => quota.pool))
  const pools = await readPoolUse(transaction, {
    pools: wanted.pools,
    limited,
    lined: sortedOnce([...limited, ...wanted.pools.filter(seen.hasLine)]),
    pausedForMs: seen.pausedForMs,
  })
  return new LimitBooks({ nowMs: seen.nowMs, pools, breakers }, ended)
}

interface Wanted {
  readonly pools: readonly string[]
  readonly endpoints: readonly string[]
  /** Whether what is admitted depends on what others admit. */
  readonly isExclusive: boolean
}

interface Seen {
  readonly nowMs: number
  readonly pausedForMs: ReadonlyMap<string, number>
  readonly hasLine: (pool: string) => boolean
  /** Endpoints whose breaker is not closed or has failures to forget. */
  readonly unwell: readonly string[]
}

type SeenRow = Readonly<{
  kind: 'pool' | 'endpoint' | 'clock'
  name: string
  breaker: BreakerState | null
  now_ms: number
  paused_for_ms: number | null
}>

async function lockPools(transaction: Transaction, wanted: Wanted): Promise<Seen> {
  const rows = await selectPools(transaction, wanted)
  const pools = rows.filter(({ kind }) => kind === 'pool')
  const paused = new Map(pools.map(({ name, paused_for_ms: ms }) => [name, ms ?? -Infinity]))
  const missing = wanted.pools.filter((pool) => !paused.has(pool))
  if (missing.length > 0) {
    const { names, values, source } = recordset(
      { pool: quotaPools.pool },
      missing.map((pool) => ({ pool })),
    )
    await transaction.execute(sql`
      insert into ${quotaPools} (${names}) select ${values} from ${source} on conflict do nothing`)
    return lockPools(transaction, wanted)
  }
  return {
    // The last to be locked: no row was held later.
    nowMs: Math.max(...rows.map(({ now_ms: ms }) => ms)),
    pausedForMs: new Map([...paused].map(([name, ms]) => [name, Math.max(0, ms)])),
    hasLine: (pool) => (paused.get(pool) ?? -Infinity) > -LINE_AFTER_PAUSE_MS,
    unwell: rows.flatMap(({ name, breaker }) => (breaker !== null && isUnwell(breaker) ? [name] : [])),
  }
}

/** Both tables in one round trip; `now_ms` is read when the row is held. */
async function selectPools(
  transaction: Transaction,
  { pools, endpoints, isExclusive }: Wanted,
): Promise<readonly SeenRow[]> {
  const { rows } = await transaction.execute<SeenRow>(sql`
    with held as materialized (
      select ${quotaPools.pool}, ${quotaPools.pausedUntil} from ${quotaPools}
      where ${quotaPools.pool} = any(${textArray(pools)}) order by ${quotaPools.pool} ${lockFor(isExclusive)})
    select 'pool' as kind, held.pool as name, null::json as breaker, ${CLOCK_MS} as now_ms,
      (extract(epoch from held.paused_until - clock_timestamp()) * 1000)::float8 as paused_for_ms from held
    union all
    select 'endpoint', ${endpointHealth.endpoint}, ${endpointHealth.breaker}, ${CLOCK_MS}, null from ${endpointHealth}
      where ${endpointHealth.endpoint} = any(${textArray(endpoints)})
    union all
    select 'clock', '', null, ${CLOCK_MS}, null`)
  return rows
}

function lockFor(isExclusive: boolean): SQL {
  return isExclusive ? sql`for no key update` : sql`for share`
}

/** Locks breakers that may change; closed ones that nothing failed at stay unlocked, however many calls they pass. */
async function lockBreakers(
  transaction: Transaction,
  unwell: readonly string[],
  failing: readonly string[],
): Promise<ReadonlyMap<string, BreakerState>> {
  const names = sortedOnce([...unwell, ...failing])
  if (names.length === 0) return new Map()
  if (failing.length > 0) {
    const rows = sortedOnce(failing).map((endpoint) => ({ endpoint, breaker: { failures: 0 } }))
    const { endpoint, breaker } = endpointHealth
    const { names: columns, values, source } = recordset({ endpoint, breaker }, rows)
    await transaction.execute(sql`
      insert into ${endpointHealth} (${columns}) select ${values} from ${source} on conflict do nothing`)
  }
  const { endpoint, breaker } = endpointHealth
  const rows = await transaction
    .select({ endpoint, breaker })
    .from(endpointHealth)
    .where(sql`${endpoint} = any(${textArray(names)})`)
    .orderBy(endpoint)
    .for('no key update')
  return new Map(rows.map((row) => [row.endpoint, row.breaker]))
}

function isLimited({ quota: { limits } }: AttemptOption): boolean {
  return (
    limits.requestsPerMinute !== undefined ||
    limits.tokensPerMinute !== undefined ||
    limits.concurrency !== undefined
  )
}

function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted((left, right) => (left < right ? -1 : Number(left > right)))
}
