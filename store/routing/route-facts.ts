import { and, eq, gt, isNotNull, isNull, or, sql } from '../drizzle.ts'
import { attempts, budgets, endpointHealth, quotaPools } from '../schema.ts'
import type { BreakerState } from '../../domain/limits/breaker.ts'
import type { BudgetFacts, VersionFacts } from '../../domain/routing/route-facts.ts'
import { budgetFacts } from '../../domain/routing/budget-facts.ts'
import { isUsersCall } from './measured-calls.ts'
import type { Database, Queries } from '../connection.ts'
import { readBudgets } from '../budgets/budgets.ts'
import { versionKey } from '../../domain/routing/route-facts.ts'

/** How endpoints and their quota pools stand at a moment of the database's clock. */
export interface LimitsState {
  /** That moment, in milliseconds since the epoch. */
  readonly readAtMs: number
  /** By endpoint; without an entry it is closed. */
  readonly breakers: ReadonlyMap<string, BreakerState>
  /** By pool: the moment before which nothing is admitted, in milliseconds since the epoch. */
  readonly pausedUntilMs: ReadonlyMap<string, number>
}

/** What is measured and kept of versions, endpoints and budgets. Every method is one round trip. */
export interface RouteFactReader {
  /** Times of completed calls of the last hour by `versionKey`, of versions with at least 20 of them. */
  latencies(): Promise<Readonly<Record<string, Required<Pick<VersionFacts, 'p50Ms' | 'p95Ms'>>>>>
  limits(): Promise<LimitsState>
  /** The tenants that have a budget at all. */
  tenantsWithBudgets(): Promise<ReadonlySet<string>>
  /** What the budgets of a caller leave. `nowMs`: milliseconds since the epoch, decides which windows are meant. */
  budgetLeft(caller: { readonly tenant: string; readonly user?: string }, nowMs: number): Promise<BudgetFacts>
}

/** Fewer calls say little about the slowest of twenty. */
const LEAST_CALLS = 20

export function createRouteFactReader({ queries, frequentQueries }: Database): RouteFactReader {
  return {
    latencies: () => readLatencies(queries),
    limits: () => readLimits(frequentQueries),
    tenantsWithBudgets: async () => {
      const rows = await frequentQueries.selectDistinct({ tenant: budgets.tenant }).from(budgets)
      return new Set(rows.map(({ tenant }) => tenant))
    },
    budgetLeft: async ({ tenant, user }, nowMs) => {
      const isTheirs =
        user === undefined ? isNull(budgets.user) : or(isNull(budgets.user), eq(budgets.user, user))
      return budgetFacts(await readBudgets(queries, and(eq(budgets.tenant, tenant), isTheirs), nowMs))
    },
  }
}

async function readLatencies(queries: Queries): ReturnType<RouteFactReader['latencies']> {
  const { model, version, latencyMs, status, openedAt } = attempts
  const percentile = (share: number) =>
    sql`percentile_cont(${sql.raw(String(share))}) within group (order by ${latencyMs})`.mapWith(Number)
  const rows = await queries
    .select({ model, version, p50Ms: percentile(0.5), p95Ms: percentile(0.95) })
    .from(attempts)
    .where(
      and(
        // A call that was opened before the hour hardly ended within it, and this is what the table is indexed by.
        gt(openedAt, sql`now() - interval '1 hour'`),
        eq(status, 'completed'),
        isNotNull(latencyMs),
        isUsersCall,
      ),
    )
    .groupBy(model, version)
    .having(sql`count(*) >= ${LEAST_CALLS}`)
  return Object.fromEntries(rows.map(({ p50Ms, p95Ms, ...name }) => [versionKey(name), { p50Ms, p95Ms }]))
}

type LimitRow = Readonly<{
  name: string
  breaker: BreakerState | null
  paused_until_ms: number | null
  now_ms: number
}>

async function readLimits(queries: Queries): Promise<LimitsState> {
  const { endpoint, breaker } = endpointHealth
  const { pool, pausedUntil } = quotaPools
  const milliseconds = (moment: typeof pausedUntil | ReturnType<typeof sql>) =>
    sql`(extract(epoch from ${moment}) * 1000)::float8`
  const { rows } = await queries.execute<LimitRow>(sql`
    select ${endpoint} as name, ${breaker} as breaker, null::float8 as paused_until_ms,
      ${milliseconds(sql`now()`)} as now_ms from ${endpointHealth}
    union all
    select ${pool}, null, ${milliseconds(pausedUntil)}, ${milliseconds(sql`now()`)} from ${quotaPools}
      where ${pausedUntil} > now()
    union all
    select '', null, null, ${milliseconds(sql`now()`)}`)
  return {
    readAtMs: Math.max(...rows.map(({ now_ms: ms }) => ms)),
    breakers: new Map(rows.flatMap(({ name, breaker: state }) => (state === null ? [] : [[name, state]]))),
    pausedUntilMs: new Map(
      rows.flatMap(({ name, paused_until_ms: ms }) => (ms === null ? [] : [[name, ms]])),
    ),
  }
}
