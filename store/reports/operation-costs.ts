import { asc, eq } from '../drizzle.ts'
import type { Transaction } from '../connection.ts'
import { matching } from './cost-figures.ts'
import type { AttemptCosts, OperationCosts } from './cost-report.ts'
import type { CostFilter } from '../../domain/cost-report.ts'
import { attempts, operations } from '../schema.ts'

const OPERATION = {
  operationId: operations.operationId,
  kind: operations.kind,
  tenant: operations.tenant,
  user: operations.user,
  feature: operations.feature,
  taskId: operations.taskId,
  status: operations.status,
  acceptedAt: operations.acceptedAt,
  endedAt: operations.endedAt,
}

const ATTEMPT = {
  attemptId: attempts.attemptId,
  number: attempts.number,
  model: attempts.model,
  version: attempts.version,
  provider: attempts.provider,
  endpoint: attempts.endpoint,
  status: attempts.status,
  reservedNanoUsd: attempts.reservedNanoUsd,
  costNanoUsd: attempts.costNanoUsd,
  priceVersion: attempts.priceVersion,
  inputTokens: attempts.inputTokens,
  outputTokens: attempts.outputTokens,
  finishReason: attempts.finishReason,
  failureKind: attempts.failureKind,
  latencyMs: attempts.latencyMs,
  timeToFirstTokenMs: attempts.timeToFirstTokenMs,
  openedAt: attempts.openedAt,
  closedAt: attempts.closedAt,
  correctedAt: attempts.correctedAt,
  bookedBeforeNanoUsd: attempts.bookedBeforeNanoUsd,
}

/** Operations with their attempts, in the order in which they were accepted. */
export async function readOperationCosts(
  transaction: Transaction,
  filter: CostFilter,
): Promise<readonly OperationCosts[]> {
  const rows = await transaction
    .select({ operation: OPERATION, attempt: ATTEMPT })
    .from(operations)
    .innerJoin(attempts, eq(attempts.operationId, operations.operationId))
    .where(matching(filter, operations))
    .orderBy(
      asc(operations.acceptedAt),
      asc(operations.operationId),
      asc(attempts.openedAt),
      asc(attempts.number),
    )
  const byOperation = Map.groupBy(rows, (row) => row.operation.operationId)
  return [...byOperation.values()].flatMap((group) => {
    const [first] = group
    return first === undefined
      ? []
      : withAttempts(
          first.operation,
          group.map((row) => row.attempt),
        )
  })
}

function withAttempts(
  operation: Omit<OperationCosts, 'attempts' | 'costNanoUsd'>,
  rows: readonly AttemptCosts[],
): OperationCosts {
  const costNanoUsd = rows.reduce((sum, row) => sum + (row.costNanoUsd ?? 0), 0)
  return { ...operation, costNanoUsd, attempts: rows }
}
