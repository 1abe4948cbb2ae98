import { addRolloutGauges } from '../metrics/rollout-gauges.ts'
import { addStoreGauges } from '../metrics/store-gauges.ts'
import type { BudgetStore } from '../../store/budgets/budgets.ts'
import { countAdmissions } from '../metrics/admission-metrics.ts'
import { createLedgerMetrics } from '../metrics/ledger-metrics.ts'
import { createLoadReader } from '../../store/routing/load-reader.ts'
import { createReadRollouts } from '../metrics/read-rollouts.ts'
import type { Database } from '../../store/database.ts'
import type { Foundation } from './foundation.ts'
import type { LedgerObserver } from '../../store/ledger/ledger-observer.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import { observeTogether, traceLedger } from '../tracing/trace-ledger.ts'
import type { OrchestratorParts } from '../orchestrator.ts'
import type { RouteFactReader } from '../../store/routing/route-facts.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import { traceAdmissions } from '../tracing/trace-admissions.ts'

/** Who watches what an orchestrator books. */
export interface BookWatch {
  readonly observer: LedgerObserver
  readonly watchBooks: NonNullable<OrchestratorParts['watchBooks']>
}

/** Counts what is booked, and traces it where that is asked for. */
export function watchBooks(registry: MetricRegistry, { config, tracer }: Foundation): BookWatch {
  const metrics = createLedgerMetrics(registry, { withUsers: config.metricsWithUsers })
  const count = countAdmissions(registry)
  if (tracer === undefined) return { observer: metrics, watchBooks: count }
  const trace = traceAdmissions(tracer)
  return {
    observer: observeTogether([metrics, traceLedger(tracer)]),
    watchBooks: (books) => {
      const counted = count(books)
      return { ...counted, ...trace(counted) }
    },
  }
}

export interface GaugeReaders {
  readonly limits: Pick<RouteFactReader, 'limits'>
  readonly budgets: BudgetStore
  readonly routingTable: RoutingTable
  readonly nodes: NodeStore
}

/** Shows how the ledger and the rollouts stand, whenever the process is scraped. */
export function showBooks(
  registry: MetricRegistry,
  { config, catalog, surroundings }: Foundation,
  database: Database,
  readers: GaugeReaders,
): void {
  const load = createLoadReader(database)
  addStoreGauges(registry, { ...readers, load, catalog, withUsers: config.metricsWithUsers })
  addRolloutGauges(registry, createReadRollouts(surroundings))
}
