import type { NanoUsd } from '../domain/money.ts'

/** What a report is about. Absent members do not restrict it. */
export interface CostFilter {
  readonly tenant?: string
  /** Only what this task cost. */
  readonly taskId?: string
  /** Accepted at this ISO 8601 instant or later. */
  readonly since?: string
  /** How many of the dearest operations to name. Default 10. */
  readonly expensiveLimit?: number
}

/** What a group of upstream calls took. Latencies are null where nothing was measured. */
export interface CostFigures {
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: NanoUsd
  readonly maxCostNanoUsd: NanoUsd
  readonly meanLatencyMs: number | null
  readonly p95LatencyMs: number | null
  readonly maxLatencyMs: number | null
}

export interface CostTotals extends CostFigures {
  readonly operations: number
  /** Calls that are under way, and what is reserved for them on top of the cost. */
  readonly open: number
  readonly openReservedNanoUsd: NanoUsd
  /** Calls whose outcome is unknown, booked at their reservation. */
  readonly ambiguous: number
  /** Calls that were ambiguous until their usage came. */
  readonly corrected: number
}

/** What one expensive operation was. */
export interface ExpensiveOperation {
  readonly operationId: string
  readonly kind: string
  readonly tenant: string
  readonly user: string | null
  readonly attempts: number
  readonly costNanoUsd: NanoUsd
}

/** What a tenant, a task or everything cost. Every list starts with the dearest; days stand in order. */
export interface CostSummary {
  readonly totals: CostTotals
  readonly byModel: readonly (CostFigures & { readonly model: string })[]
  /** By calendar day in UTC, `2026-11-21`. */
  readonly byDay: readonly (CostFigures & { readonly day: string; readonly model: string })[]
  readonly byUser: readonly (CostFigures & { readonly tenant: string; readonly user: string | null })[]
  readonly byFeature: readonly (CostFigures & { readonly feature: string | null })[]
  readonly byEndpoint: readonly (CostFigures & { readonly provider: string; readonly endpoint: string })[]
  readonly expensive: readonly ExpensiveOperation[]
}
