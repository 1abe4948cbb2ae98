import { CALL_SECONDS, type HistogramDefinition, type MetricDefinition } from './metric-definition.ts'

/** What workers measure where a call is made: cloud workers and GPU nodes. */
export const CALL_HISTOGRAMS = {
  callSeconds: {
    name: 'switchyard_call_duration_seconds',
    help: 'One upstream call; outcome is completed, or the kind of failure.',
    labels: ['model', 'version', 'endpoint', 'outcome'],
    buckets: CALL_SECONDS,
  },
  firstTokenSeconds: {
    name: 'switchyard_time_to_first_token_seconds',
    help: 'From sending a call to its first generated token.',
    labels: ['model', 'version'],
    buckets: [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 60],
  },
  tokenRate: {
    name: 'switchyard_output_tokens_per_second',
    help: 'Output tokens a second of one call, after its first token where that is known.',
    labels: ['model', 'version'],
    buckets: [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500],
  },
} as const satisfies Record<string, HistogramDefinition>

export const CALL_GAUGES = {
  inFlight: {
    name: 'switchyard_calls_in_flight',
    help: 'Upstream calls under way in this process.',
    labels: ['endpoint'],
  },
} as const satisfies Record<string, MetricDefinition>
