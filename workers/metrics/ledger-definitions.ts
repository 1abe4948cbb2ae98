import { CALL_SECONDS, type HistogramDefinition, type MetricDefinition } from './metric-definition.ts'

/** What orchestrators count where the ledger settles: once for each booking, whatever is run twice. */
export const LEDGER_METRICS = {
  requests: {
    name: 'switchyard_requests_total',
    help: 'Operations that ended, by the model of their last attempt.',
    labels: ['model', 'version', 'kind', 'status'],
  },
  attempts: {
    name: 'switchyard_attempts_total',
    help: 'Attempts that were settled; failure is the kind of failure, or none.',
    labels: ['model', 'version', 'endpoint', 'status', 'failure'],
  },
  cost: {
    name: 'switchyard_cost_usd_total',
    help: 'What was booked, in US dollars.',
    labels: ['model', 'version'],
  },
  tenantCost: {
    name: 'switchyard_tenant_cost_usd_total',
    help: 'What was booked for each tenant, in US dollars; for each user where that is asked for.',
    labels: ['tenant', 'user'],
  },
  returned: {
    name: 'switchyard_cost_returned_usd_total',
    help: 'What late usage took off earlier bookings, in US dollars.',
    labels: ['model', 'version'],
  },
  tokens: {
    name: 'switchyard_tokens_total',
    help: 'Tokens of settled attempts; cached_input and cache_write are part of input, reasoning of output.',
    labels: ['model', 'version', 'type'],
  },
  admissions: {
    name: 'switchyard_admissions_total',
    help: 'Answers to calls that asked for an attempt.',
    labels: ['outcome'],
  },
} as const satisfies Record<string, MetricDefinition>

export const LEDGER_HISTOGRAMS = {
  requestSeconds: {
    name: 'switchyard_request_duration_seconds',
    help: 'From the acceptance of an operation to its end, waiting and fallbacks included.',
    labels: ['model', 'version', 'status'],
    buckets: CALL_SECONDS,
  },
  attemptSeconds: {
    name: 'switchyard_attempt_duration_seconds',
    help: 'From the admission of an attempt to its settlement, the queue included.',
    labels: ['model', 'version', 'status'],
    buckets: CALL_SECONDS,
  },
} as const satisfies Record<string, HistogramDefinition>
