import { createFreshCache, createPatientCache } from './fact-cache.ts'
import { breakerPhase } from '../domain/limits/breaker.ts'
import {
  type BudgetFacts,
  type EndpointFacts,
  type RouteFacts,
  type VersionFacts,
  versionKey,
} from '../domain/routing/route-facts.ts'
import { localVersionNames } from '../domain/nodes/active-versions.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import { isHealthKnown, type VersionHealth } from '../domain/maintenance/health/version-health.ts'
import type { LimitsState, RouteFactReader } from '../store/routing/route-facts.ts'
import { quotaPoolOf } from '../domain/catalog/endpoint-defaults.ts'
import { tenantPreferences } from '../domain/catalog/tenant-preferences.ts'
import type { TrafficSnapshot } from '../domain/traffic/traffic-state.ts'

/** Whose request is routed. */
export interface RoutedCaller {
  readonly tenant: string
  readonly user?: string
}

/** What routing looks at beside catalog and request, at this moment. */
export type ReadRouteFacts = (caller: RoutedCaller) => Promise<RouteFacts>

export interface RouteFactDeps {
  readonly catalog: Catalog
  readonly reader: RouteFactReader
  /** The local versions that GPU nodes have ready, by `versionKey`. Absent: they count as ready, like all others. */
  readonly readyVersions?: () => Promise<ReadonlySet<string>>
  /** How the traffic of models is shared out, by model. Absent: first versions get everything. */
  readonly traffic?: () => Promise<Readonly<Record<string, TrafficSnapshot>>>
  /** What the health check says of versions. Absent: it keeps nothing from anybody. */
  readonly versionHealth?: () => Promise<readonly VersionHealth[]>
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number
}

/** A breaker that opened, a pool that pauses and a budget that was spent are seen within this time, in milliseconds. */
const STATE_AGE_MS = 1000

/** Percentiles over an hour change slowly and take long to compute. */
const LATENCY_AGE_MS = 30_000

/** Live facts, from caches in front of the store: routing a request costs no query of its own. */
export function createRouteFacts(deps: RouteFactDeps): ReadRouteFacts {
  const { catalog, reader, readyVersions, now = Date.now } = deps
  const state = { maxAgeMs: STATE_AGE_MS, now }
  const latencies = createPatientCache(() => reader.latencies(), { maxAgeMs: LATENCY_AGE_MS, now })
  const limits = createFreshCache(async (_all: 'all') => {
    const askedAtMs = now()
    return { askedAtMs, state: await reader.limits() }
  }, state)
  const localKeys = localVersionNames(catalog).map(versionKey)
  const ready = createFreshCache(
    async (_all: 'all') => (localKeys.length === 0 ? undefined : readyVersions?.()),
    state,
  )
  const shared = createFreshCache(async (_all: 'all') => deps.traffic?.(), state)
  const health = createFreshCache(async (_all: 'all') => deps.versionHealth?.() ?? [], state)
  const tenantsWithBudgets = createFreshCache((_all: 'all') => reader.tenantsWithBudgets(), state)
  const budgetLeft = createFreshCache((caller: string) => reader.budgetLeft(toCaller(caller), now()), state)

  const budgetOf = async ({ tenant, user }: RoutedCaller): Promise<BudgetFacts> =>
    (await tenantsWithBudgets('all')).has(tenant) ? budgetLeft(toKey({ tenant, user })) : {}

  return async (caller) => {
    const [measured, held, budget, deployed, traffic, checked] = await Promise.all([
      latencies(),
      limits('all'),
      budgetOf(caller),
      ready('all'),
      shared('all'),
      health('all'),
    ])
    // By the database's clock, as it is now: the machine's own only says how much later it is.
    const nowMs = held.state.readAtMs + (now() - held.askedAtMs)
    return {
      endpoints: endpointFacts(catalog, held.state, nowMs),
      versions: withHealth(
        deployed === undefined ? measured : withDeployment(measured, localKeys, deployed),
        checked,
        nowMs,
      ),
      budget,
      ...(traffic === undefined ? {} : { traffic }),
      ...tenantPreferences(catalog, caller.tenant),
    }
  }
}

/** The same, with local versions marked that no node has ready. */
function withDeployment(
  versions: Readonly<Record<string, VersionFacts>>,
  localKeys: readonly string[],
  deployed: ReadonlySet<string>,
): Readonly<Record<string, VersionFacts>> {
  const missing = localKeys.filter((key) => !deployed.has(key))
  return {
    ...versions,
    ...Object.fromEntries(missing.map((key) => [key, { ...versions[key], isDeployed: false }])),
  }
}

/** The same, with those marked that the health check keeps requests from. */
function withHealth(
  versions: Readonly<Record<string, VersionFacts>>,
  checked: readonly VersionHealth[],
  nowMs: number,
): Readonly<Record<string, VersionFacts>> {
  const held = checked.filter((health) => health.sharePercent < 100 && isHealthKnown(health, nowMs))
  if (held.length === 0) return versions
  const marked = held.map((one): readonly [string, VersionFacts] => {
    const { sharePercent, reason = 'its health check failed' } = one
    return [versionKey(one), { ...versions[versionKey(one)], health: { sharePercent, reason } }]
  })
  return { ...versions, ...Object.fromEntries(marked) }
}

/** What is not at its best; what is absent is fine. */
function endpointFacts(
  catalog: Catalog,
  { breakers, pausedUntilMs }: LimitsState,
  nowMs: number,
): Readonly<Record<string, EndpointFacts>> {
  const facts = Object.values(catalog.endpoints).flatMap((endpoint): (readonly [string, EndpointFacts])[] => {
    const breaker = breakers.get(endpoint.name)
    const limitedForMs = Math.ceil((pausedUntilMs.get(quotaPoolOf(endpoint)) ?? nowMs) - nowMs)
    const fact: EndpointFacts = {
      ...(breaker === undefined ? {} : { breaker: breakerPhase(breaker, nowMs) }),
      ...(limitedForMs > 0 ? { limitedForMs } : {}),
    }
    return Object.keys(fact).length === 0 ? [] : [[endpoint.name, fact]]
  })
  return Object.fromEntries(facts)
}

// Neither tenants nor users have a slash in them.
function toKey({ tenant, user }: { readonly tenant: string; readonly user: string | undefined }): string {
  return user === undefined ? tenant : `${tenant}/${user}`
}

function toCaller(key: string): RoutedCaller {
  const [tenant = '', user] = key.split('/')
  return user === undefined ? { tenant } : { tenant, user }
}
