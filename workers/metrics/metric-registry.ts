import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { HistogramDefinition, MetricDefinition } from './metric-definition.ts'

/** The metrics of one process. */
export interface MetricRegistry {
  counter<Label extends string>(definition: MetricDefinition<Label>): Counter<Label>
  gauge<Label extends string>(definition: MetricDefinition<Label>): Gauge<Label>
  histogram<Label extends string>(definition: HistogramDefinition<Label>): Histogram<Label>
  /** Brings gauges up to date before each scrape. One that fails leaves its gauges as they are. */
  beforeScrape(update: () => void | Promise<void>): void
  /** Names of all metrics that were made. */
  names(): readonly string[]
  /** Everything in Prometheus' text format. Never rejects. */
  text(): Promise<string>
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

export function createMetricRegistry(): MetricRegistry {
  const registry = new Registry()
  const updates: (() => void | Promise<void>)[] = []
  const common = <Label extends string>({ name, help, labels }: MetricDefinition<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  })
  return {
    counter: (definition) => new Counter(common(definition)),
    gauge: (definition) => new Gauge(common(definition)),
    histogram: (definition) => new Histogram({ ...common(definition), buckets: [...definition.buckets] }),
    beforeScrape: (update) => void updates.push(update),
    names: () => registry.getMetricsAsArray().map(({ name }) => name),
    text: async () => {
      await Promise.allSettled(updates.map(async (update) => update()))
      return registry.metrics()
    },
  }
}
