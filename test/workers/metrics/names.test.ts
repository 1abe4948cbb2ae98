import { CALL_GAUGES, CALL_HISTOGRAMS } from '../../../workers/metrics/call-definitions.ts'
import { describe, expect, it } from 'vitest'
import { LEDGER_HISTOGRAMS, LEDGER_METRICS } from '../../../workers/metrics/ledger-definitions.ts'
import {
  NODE_GAUGES,
  PROCESS_COUNTERS,
  PROCESS_GAUGES,
  ROLLOUT_GAUGES,
  STORE_GAUGES,
} from '../../../workers/metrics/gauge-definitions.ts'
import { documentedMetrics } from './documented-names.ts'
import type { MetricDefinition } from '../../../workers/metrics/metric-definition.ts'
import { metricNamesIn } from './metric-names-in.ts'

const defined = (type: string, ...groups: readonly Readonly<Record<string, MetricDefinition>>[]) =>
  groups
    .flatMap((group) => Object.values(group))
    .map(({ name, labels }) => ({ name, type, labels: [...labels] }))

const all = [
  ...defined('counter', LEDGER_METRICS, PROCESS_COUNTERS),
  ...defined('histogram', LEDGER_HISTOGRAMS, CALL_HISTOGRAMS),
  ...defined('gauge', CALL_GAUGES, STORE_GAUGES, ROLLOUT_GAUGES, NODE_GAUGES, PROCESS_GAUGES),
]
const byName = (left: { readonly name: string }, right: { readonly name: string }) =>
  left.name < right.name ? -1 : 1

describe('the names of metrics', () => {
  it('stand in the guide with their types and labels, and the guide has no others', () => {
    const ours = documentedMetrics().filter(({ name }) => !name.startsWith('temporal_'))
    expect(ours.toSorted(byName)).toEqual(all.toSorted(byName))
  })

  it('are used once each, and say their unit as Prometheus wants it', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    for (const { name, type } of all) {
      expect(name.endsWith('_total')).toBe(type === 'counter')
      expect(name).toMatch(/^(switchyard|process|nodejs)_[a-z_]+$/)
    }
  })

  it('are found in PromQL', () => {
    const expression =
      'sum by (model) (rate(a_total{status="failed"}[5m])) / ignoring (kind) (b_bytes > 0) or vector(0)'
    expect(metricNamesIn(expression)).toEqual(['a_total', 'b_bytes'])
  })
})
