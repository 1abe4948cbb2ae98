import type { NanoUsd } from './money.ts'
import type { OperationKind } from './operation-kind.ts'

/** Which operations a report is about. Absent members do not restrict it. */
export interface CostFilter {
  readonly tenant?: string
  readonly taskId?: string
  /** Operations accepted at this ISO 8601 instant or later. */
  readonly since?: string
}

export const DEFAULT_EXPENSIVE_LIMIT = 10

/** What a cost summary is about and how much of it is named. */
export interface SummaryRequest extends CostFilter {
  /** How many of the dearest operations to name. Default `DEFAULT_EXPENSIVE_LIMIT`. */
  readonly expensiveLimit?: number
  /** Name only operations that cost at least this much. Default 0. */
  readonly expensiveFromNanoUsd?: NanoUsd
}

/** What a group of attempts took. Latencies are null where no attempt of the group was measured. */
export interface CostFigures {
  readonly operations: number
  readonly attempts: number
  /** Attempts that are under way. */
  readonly open: number
  /** Attempts that ended without an answer, and not because the caller cancelled. */
  readonly errors: number
  /** Of those that ended, from 0 to 1; null where none has. */
  readonly errorShare: number | null
  /** Attempts whose outcome is unknown, and what they are booked at: their reservations, part of the cost. */
  readonly ambiguous: number
  readonly ambiguousNanoUsd: NanoUsd
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNanoUsd: NanoUsd
  readonly maxCostNanoUsd: NanoUsd
  readonly meanLatencyMs: number | null
  readonly p95LatencyMs: number | null
  readonly maxLatencyMs: number | null
}

export interface CostTotals extends CostFigures {
  /** What is reserved for attempts under way, on top of the cost. */
  readonly openReservedNanoUsd: NanoUsd
  /** Attempts that were ambiguous until their usage came. */
  readonly corrected: number
}

export interface ModelCosts extends CostFigures {
  readonly model: string
}

export interface DailyModelCosts extends ModelCosts {
  /** The calendar day in UTC, `2026-11-21`, on which the operation was accepted. */
  readonly day: string
}

export interface UserCosts extends CostFigures {
  readonly tenant: string
  /** Null: the requests named no user. */
  readonly user: string | null
}

export interface TenantCosts extends CostFigures {
  readonly tenant: string
}

export interface FeatureCosts extends CostFigures {
  /** Null: the requests named no feature. */
  readonly feature: string | null
}

export interface EndpointCosts extends CostFigures {
  readonly provider: string
  readonly endpoint: string
}

export interface KindCosts extends CostFigures {
  readonly kind: OperationKind
}

export interface ExpensiveOperation {
  readonly operationId: string
  readonly kind: OperationKind
  readonly tenant: string
  readonly user: string | null
  readonly attempts: number
  readonly costNanoUsd: NanoUsd
}

/** What a tenant, a task or everything cost. Every list starts with the dearest; days stand in order. */
export interface CostSummary {
  readonly totals: CostTotals
  readonly byModel: readonly ModelCosts[]
  readonly byDay: readonly DailyModelCosts[]
  readonly byUser: readonly UserCosts[]
  readonly byTenant: readonly TenantCosts[]
  readonly byFeature: readonly FeatureCosts[]
  readonly byEndpoint: readonly EndpointCosts[]
  /** What the calls were for; copies for versions that are watched have a line of their own. */
  readonly byKind: readonly KindCosts[]
  readonly expensive: readonly ExpensiveOperation[]
}
