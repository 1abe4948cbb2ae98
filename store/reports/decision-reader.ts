import type { Database } from '../connection.ts'
import { eq } from '../drizzle.ts'
import { operations } from '../schema.ts'
import type { StoredDecision } from '../../domain/routing/replay-decision.ts'

/** Finds why an operation went to the models that it went to. */
export interface DecisionReader {
  /** `undefined` when no such operation was accepted. */
  read(operationId: string): Promise<StoredDecision | undefined>
}

export function createDecisionReader({ queries }: Database): DecisionReader {
  const { operationId, acceptedAt, decision, candidates } = operations
  return {
    read: async (id) => {
      const [found] = await queries
        .select({ operationId, acceptedAt, decision, candidates })
        .from(operations)
        .where(eq(operationId, id))
      return found
    },
  }
}
