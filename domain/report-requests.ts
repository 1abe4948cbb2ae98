import { MAX_USAGE_MINUTES, type UsageRequest } from './usage-report.ts'
import { number, text } from './reading/scalars.ts'
import { object, optional } from './reading/composites.ts'
import { checkId } from './ids.ts'
import type { Reader } from './reading/reader.ts'
import type { SummaryRequest } from './cost-report.ts'

/** More rows than this are no report, and would not fit into a payload. */
const MAX_EXPENSIVE_LIMIT = 1000

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

const tenant = text({ check: (value) => checkId('tenant', value) })
const instant = text({
  check: (value) =>
    INSTANT.test(value) ? undefined : 'must be an ISO 8601 instant such as 2026-11-21T12:00:00Z',
})

export const summaryRequest: Reader<SummaryRequest> = object({
  tenant: optional(tenant),
  taskId: optional(text()),
  since: optional(instant),
  expensiveLimit: optional(number({ min: 1, max: MAX_EXPENSIVE_LIMIT, isWhole: true })),
  expensiveFromNanoUsd: optional(number({ min: 0, isWhole: true })),
})

export const usageRequest: Reader<UsageRequest> = object({
  tenant: optional(tenant),
  minutes: optional(number({ min: 1, max: MAX_USAGE_MINUTES, isWhole: true })),
})
