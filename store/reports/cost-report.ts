import type { AttemptStatus } from '../ledger/ledger.ts'
import type { FailureKind } from '../../domain/failure.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { OperationKind } from '../../domain/operation-kind.ts'
import type { OperationStatus } from '../schema.ts'

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
