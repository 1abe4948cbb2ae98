import type { NanoUsd } from './money.ts'

/** How far back a usage report looks when nobody says, in minutes. */
export const DEFAULT_USAGE_MINUTES = 60
/** The longest that it can look back, in minutes: a week. */
export const MAX_USAGE_MINUTES = 10_080

/** Which calls a usage report is about. */
export interface UsageRequest {
  /** Absent: all tenants. */
  readonly tenant?: string
  /** Calls that began during so many minutes up to now. Default 60, at most a week. */
  readonly minutes?: number
}

/** What a group of calls took during the report's time. */
export interface UsageFigures {
  /** Operations that made calls: a request may make several, a task makes one for each of its steps. */
  readonly requests: number
  readonly requestsPerMinute: number
  /** Upstream calls that began, with those under way. */
  readonly attempts: number
  readonly open: number
  /** Ended without an answer, and not because the caller cancelled. */
  readonly errors: number
  /** Calls whose outcome is unknown, booked at their reservation. */
  readonly ambiguous: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: NanoUsd
  /** Null where none was measured. */
  readonly meanLatencyMs: number | null
}

export interface ModelUsage extends UsageFigures {
  readonly model: string
}

export interface TenantUsage extends UsageFigures {
  readonly tenant: string
}

export interface EndpointUsage extends UsageFigures {
  readonly provider: string
  readonly endpoint: string
}

/** What was used lately. Every list starts with the most requests; one that changed models counts with each. */
export interface UsageReport {
  readonly minutes: number
  readonly totals: UsageFigures
  readonly byModel: readonly ModelUsage[]
  readonly byTenant: readonly TenantUsage[]
  readonly byEndpoint: readonly EndpointUsage[]
}
