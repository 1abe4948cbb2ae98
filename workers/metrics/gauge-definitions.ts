import type { MetricDefinition } from './metric-definition.ts'

/** What orchestrators read from the ledger when they are scraped. Each of them shows the same. */
export const STORE_GAUGES = {
  readable: {
    name: 'switchyard_store_readable',
    help: '1 while the figures of the ledger are fresh, 0 when it could not be read for a minute.',
    labels: [],
  },
  breaker: {
    name: 'switchyard_breaker_state',
    help: 'The circuit breaker of an endpoint: 0 closed, 1 half-open, 2 open.',
    labels: ['endpoint'],
  },
  waiting: {
    name: 'switchyard_quota_waiting_calls',
    help: 'Calls that wait for room in a quota pool.',
    labels: ['pool'],
  },
  pause: {
    name: 'switchyard_quota_pause_seconds',
    help: 'For how long nothing is admitted to a quota pool, because its vendor asked for it.',
    labels: ['pool'],
  },
  openAttempts: {
    name: 'switchyard_open_attempts',
    help: 'Attempts that are not settled yet.',
    labels: ['model', 'version'],
  },
  budgetCap: {
    name: 'switchyard_budget_cap_usd',
    help: 'What a budget allows in its current window, in US dollars.',
    labels: ['tenant', 'user', 'window'],
  },
  budgetSpent: {
    name: 'switchyard_budget_spent_usd',
    help: 'What is spent of a budget in its current window, in US dollars.',
    labels: ['tenant', 'user', 'window'],
  },
  budgetReserved: {
    name: 'switchyard_budget_reserved_usd',
    help: 'What open attempts may still cost in the current window of a budget, in US dollars.',
    labels: ['tenant', 'user', 'window'],
  },
  share: {
    name: 'switchyard_traffic_share',
    help: 'The share of a model that a version gets, 0 to 1.',
    labels: ['model', 'version'],
  },
  mirror: {
    name: 'switchyard_mirror_share',
    help: 'The share of requests that is copied to a version whose answers are thrown away, 0 to 1.',
    labels: ['model', 'version'],
  },
  nodes: { name: 'switchyard_nodes', help: 'GPU nodes: live, stopping or gone.', labels: ['state'] },
  readyNodes: {
    name: 'switchyard_ready_nodes',
    help: 'Live GPU nodes that have a version ready.',
    labels: ['model', 'version'],
  },
} as const satisfies Record<string, MetricDefinition>

/** What orchestrators ask Temporal for when they are scraped. */
export const ROLLOUT_GAUGES = {
  phase: {
    name: 'switchyard_rollout_phase',
    help: '1 for the phase that a running rollout of a model is in.',
    labels: ['model', 'phase'],
  },
  canary: {
    name: 'switchyard_rollout_canary_share',
    help: 'The share that a running rollout gives its new version, 0 to 1.',
    labels: ['model'],
  },
} as const satisfies Record<string, MetricDefinition>

/** What a GPU node says about itself. */
export const NODE_GAUGES = {
  memory: {
    name: 'switchyard_node_memory_bytes',
    help: 'Memory for models: all of it (total), what is free (free), that of its GPU (gpu).',
    labels: ['node', 'kind'],
  },
  slots: {
    name: 'switchyard_node_slots',
    help: 'Calls that a version on a node runs at once (total), and those under way (busy).',
    labels: ['node', 'model', 'version', 'kind'],
  },
  queued: {
    name: 'switchyard_node_queued_calls',
    help: 'Calls on a node that wait for a slot of a version.',
    labels: ['node', 'model', 'version'],
  },
  tokenRate: {
    name: 'switchyard_node_tokens_per_second',
    help: 'Output tokens a second of one call, over the last calls of a version on a node.',
    labels: ['node', 'model', 'version'],
  },
  versionMemory: {
    name: 'switchyard_node_version_memory_bytes',
    help: 'What a version takes on a node.',
    labels: ['node', 'model', 'version'],
  },
  ready: {
    name: 'switchyard_node_version_ready',
    help: '1 while a version on a node takes calls, else 0.',
    labels: ['node', 'model', 'version'],
  },
} as const satisfies Record<string, MetricDefinition>

/** What every process says about itself. */
export const PROCESS_GAUGES = {
  ready: {
    name: 'switchyard_part_ready',
    help: '1 while a part of the process does its work (a task queue that is polled, a node), else 0.',
    labels: ['part'],
  },
  restarts: {
    name: 'switchyard_worker_restarts',
    help: 'How often the supervisor of a cloud worker had to start it again.',
    labels: [],
  },
  started: {
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since the epoch.',
    labels: [],
  },
  resident: { name: 'process_resident_memory_bytes', help: 'Resident memory.', labels: [] },
  heap: { name: 'nodejs_heap_used_bytes', help: 'Used heap of the main isolate.', labels: [] },
  loop: {
    name: 'nodejs_eventloop_utilization',
    help: 'The share of the time since the last scrape in which the event loop was busy, 0 to 1.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>

export const PROCESS_COUNTERS = {
  cpu: { name: 'process_cpu_seconds_total', help: 'Processor time, user and system.', labels: [] },
} as const satisfies Record<string, MetricDefinition>
