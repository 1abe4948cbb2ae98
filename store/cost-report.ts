import type { FailureKind } from '../domain/failure.ts'
import type { NanoUsd } from '../domain/money.ts'
import type { AttemptStatus } from './ledger.ts'
import type { OperationKind } from '../domain/operation-kind.ts'
import type { OperationStatus } from './schema.ts'

/** Which operations a report is about. Absent members do not restrict it. */
export interface CostFilter {
  readonly tenant?: string
  readonly taskId?: string
  /** Operations accepted at this ISO 8601 instant or later. */
  readonly since?: string
}

/** What a group of attempts took. Latencies are null where no attempt of the group was measured. */
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
  /** Attempts that are under way, and what is reserved for them on top of the cost. */
  readonly open: number
  readonly openReservedNanoUsd: NanoUsd
  /** Attempts whose outcome is unknown, booked at their reservation. */
  readonly ambiguous: number
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

export interface FeatureCosts extends CostFigures {
  /** Null: the requests named no feature. */
  readonly feature: string | null
}

export interface EndpointCosts extends CostFigures {
  readonly provider: string
  readonly endpoint: string
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
  readonly byFeature: readonly FeatureCosts[]
  readonly byEndpoint: readonly EndpointCosts[]
  readonly expensive: readonly ExpensiveOperation[]
}

/** One row of the ledger as reports show it. Times are ISO 8601 in UTC. */
export interface AttemptCosts {
  readonly attemptId: string
  readonly number: number
  readonly model: string
  readonly version: string
  readonly provider: string
  readonly endpoint: string
  readonly status: AttemptStatus
  readonly reservedNanoUsd: NanoUsd
  /** Null while it is open. */
  readonly costNanoUsd: NanoUsd | null
  readonly priceVersion: string
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly finishReason: string | null
  readonly failureKind: FailureKind | null
  readonly latencyMs: number | null
  readonly timeToFirstTokenMs: number | null
  readonly openedAt: string
  readonly closedAt: string | null
  readonly correctedAt: string | null
  readonly bookedBeforeNanoUsd: NanoUsd | null
}

/** One operation with its attempts in the order in which they were opened. */
export interface OperationCosts {
  readonly operationId: string
  readonly kind: OperationKind
  readonly tenant: string
  readonly user: string | null
  readonly feature: string | null
  readonly taskId: string | null
  readonly status: OperationStatus
  readonly acceptedAt: string
  readonly endedAt: string | null
  /** What its closed attempts are booked at together. */
  readonly costNanoUsd: NanoUsd
  readonly attempts: readonly AttemptCosts[]
}
