import { breakerPhase } from '../../domain/limits/breaker.ts'
import {
  callsProblem,
  type HealthThresholds,
  type MeasuredCalls,
} from '../../domain/maintenance/health/thresholds.ts'
import type { Catalog, Endpoint, ModelVersion } from '../../domain/catalog/model.ts'
import { type CheckedVersion, checkedVersionKey } from '../../domain/maintenance/health/version-health.ts'
import {
  type Finding,
  inspectCloud,
  inspectLocal,
  type UnwellNode,
} from '../../domain/maintenance/health/inspect.ts'
import type { KeptHealth, VersionHealthStore } from '../../store/routing/version-health.ts'
import type { MeasureCalls } from '../../store/routing/measured-calls.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import type { NodesView } from '../../domain/nodes/known-node.ts'
import type { RouteFactReader } from '../../store/routing/route-facts.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { versionKey } from '../../domain/routing/route-facts.ts'
import { versionsInUse } from '../../domain/nodes/active-versions.ts'

export interface InspectionDeps {
  /** What this environment can call. */
  readonly catalog: Catalog
  readonly routingTable: Pick<RoutingTable, 'read'>
  readonly nodes: Pick<NodeStore, 'read'>
  readonly limits: Pick<RouteFactReader, 'limits'>
  readonly measureCalls: MeasureCalls
  readonly versionHealth: Pick<VersionHealthStore, 'read'>
  /** Whether a worker polls a queue of calls; `undefined` when that cannot be told. Never rejects. */
  readonly hasPollers: (taskQueue: string) => Promise<boolean | undefined>
}

export interface InspectVersionsInput {
  /** Default: all models. */
  readonly models?: readonly string[]
  readonly probes: { readonly local: boolean; readonly cloud: boolean; readonly endpoints: readonly string[] }
  readonly thresholds: HealthThresholds
}

/** A version as it looks, and how it is to be probed. */
export interface InspectedVersion extends CheckedVersion {
  readonly finding: Finding
  readonly unwellNodes: readonly UnwellNode[]
  /** Calls of its users since it is back. Only of one that comes back. */
  readonly calls?: Pick<MeasuredCalls, 'good' | 'bad'>
  /** Absent: nothing is to be sent to it. */
  readonly probe?: ProbeTarget
}

/** Where a completion of one token goes. `queue`: straight to the node; `ledger`: as an operation that is paid for. */
export type ProbeTarget =
  | { readonly way: 'queue'; readonly taskQueue: string; readonly providerModel: string }
  | { readonly way: 'ledger' }

/** Everything that one look needs. */
interface Surroundings {
  readonly view: NodesView
  readonly kept: ReadonlyMap<string, KeptHealth>
  readonly measured: ReadonlyMap<string, MeasuredCalls>
  readonly breakers: Awaited<ReturnType<RouteFactReader['limits']>>
  readonly pollers: ReadonlyMap<string, boolean | undefined>
}

/** Looks at every version in use without sending anything to it. */
export async function inspectVersions(
  deps: InspectionDeps,
  input: InspectVersionsInput,
): Promise<readonly InspectedVersion[]> {
  const { catalog, routingTable } = deps
  const traffic = new Map(Object.entries(await routingTable.read()))
  const versions = versionsInUse(catalog, traffic).filter(
    ({ model }) => input.models === undefined || input.models.includes(model),
  )
  const placed = versions.flatMap((version) => {
    const endpoint = catalog.endpoints[version.endpoint]
    return endpoint === undefined ? [] : [{ version, endpoint }]
  })
  const surroundings = await lookAround(deps, placed, input)
  return placed.map(({ version, endpoint }) => inspectOne(version, endpoint, surroundings, input))
}

async function lookAround(
  deps: InspectionDeps,
  placed: readonly { readonly version: ModelVersion; readonly endpoint: Endpoint }[],
  { thresholds }: InspectVersionsInput,
): Promise<Surroundings> {
  const kept = new Map((await deps.versionHealth.read()).map((one) => [checkedVersionKey(one), one]))
  const spans = placed.map(({ version: { model, version, endpoint } }) => {
    const sinceMs = kept.get(checkedVersionKey({ model, version, endpoint }))?.countedFromMs
    return { model, version, ...(sinceMs === undefined ? {} : { sinceMs }) }
  })
  const providers = new Set(
    placed.flatMap(({ endpoint }) => (endpoint.kind === 'local' ? [] : [endpoint.provider])),
  )
  const [view, measured, breakers, pollers] = await Promise.all([
    deps.nodes.read(),
    deps.measureCalls(spans, thresholds.windowMs),
    deps.limits.limits(),
    Promise.all(
      [...providers].map(
        async (provider) => [provider, await deps.hasPollers(TASK_QUEUES.provider(provider))] as const,
      ),
    ),
  ])
  return {
    view,
    kept,
    breakers,
    measured: new Map(measured.map((calls) => [versionKey(calls), calls])),
    pollers: new Map(pollers),
  }
}

function inspectOne(
  { model, version, providerModel }: ModelVersion,
  endpoint: Endpoint,
  around: Surroundings,
  input: InspectVersionsInput,
): InspectedVersion {
  const name = { model, version, endpoint: endpoint.name }
  const isLocal = endpoint.kind === 'local'
  const status = around.kept.get(checkedVersionKey(name))?.status ?? 'healthy'
  const calls = around.measured.get(versionKey(name)) ?? { good: 0, bad: 0, limited: 0 }
  const looked = isLocal
    ? inspectLocal(around.view, name, input.thresholds)
    : { finding: inspectCloud(cloudSigns(endpoint, around)), unwellNodes: [] }
  // Of one that comes back every single call counts.
  const isJudged = status === 'healthy' || status === 'failing'
  const problem = isJudged ? callsProblem(calls, input.thresholds) : undefined
  const isFine = looked.finding.status === 'passed' && problem === undefined
  const isProbed =
    input.probes.endpoints.includes(endpoint.name) || (isLocal ? input.probes.local : input.probes.cloud)
  const taskQueue = TASK_QUEUES.model(model, version)
  return {
    ...name,
    ...looked,
    ...(looked.finding.status === 'passed' && problem !== undefined
      ? { finding: { status: 'failed', reason: problem } }
      : {}),
    ...(status === 'returning' ? { calls: { good: calls.good, bad: calls.bad } } : {}),
    ...(isFine && isProbed
      ? { probe: isLocal ? { way: 'queue', taskQueue, providerModel } : { way: 'ledger' } }
      : {}),
  }
}

function cloudSigns({ name, provider }: Endpoint, { breakers, pollers }: Surroundings) {
  const hasWorker = pollers.get(provider)
  const breaker = breakers.breakers.get(name)
  return {
    breaker: breaker === undefined ? ('closed' as const) : breakerPhase(breaker, breakers.readAtMs),
    ...(hasWorker === undefined ? {} : { hasWorker }),
  }
}
