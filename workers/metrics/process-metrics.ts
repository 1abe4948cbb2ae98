import { createMetricRegistry, type MetricRegistry } from './metric-registry.ts'
import { addProcessGauges } from './process-gauges.ts'
import { type CallMeters, createCallMeters } from './call-metrics.ts'
import { readTemporalMetrics } from './temporal-metrics.ts'
import type { Readiness } from '../health-server.ts'

/** Everything that `/metrics` of a process shows. */
export interface ProcessMetrics {
  /** For the parts of the process to add theirs. */
  readonly registry: MetricRegistry
  /** The same ones for cloud workers and GPU nodes, which one process may be both. Made when they are first needed. */
  callMeters(): CallMeters
  /** Ours and Temporal's in Prometheus' text format. Never rejects. */
  text(): Promise<string>
}

/** The names do not meet: Temporal's begin with `temporal_`. */
export function createProcessMetrics(readiness: () => readonly Readiness[]): ProcessMetrics {
  const registry = createMetricRegistry()
  addProcessGauges(registry, readiness)
  let callMeters: CallMeters | undefined
  return {
    registry,
    callMeters: () => (callMeters ??= createCallMeters(registry)),
    text: async () => {
      const [ours, temporals] = await Promise.all([registry.text(), readTemporalMetrics()])
      return `${ours.trimEnd()}\n${temporals}`
    },
  }
}
