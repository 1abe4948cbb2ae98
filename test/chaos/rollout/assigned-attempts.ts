import { and, asc, eq } from 'drizzle-orm'
import { attempts, operations } from '../../../store/schema.ts'
import { type DatabaseLocation, openDatabase } from '../../../store/database.ts'

/** Reads the attempts of a model as far as they say where its requests went, in the order of their opening. */
export async function readAssignedAttempts(location: DatabaseLocation, model: string) {
  const database = await openDatabase(location)
  try {
    return await database.queries
      .select({
        attemptId: attempts.attemptId,
        operationId: attempts.operationId,
        number: attempts.number,
        model: attempts.model,
        version: attempts.version,
        status: attempts.status,
        failureKind: attempts.failureKind,
        epoch: attempts.trafficEpoch,
        share: attempts.trafficShare,
        key: attempts.assignmentKey,
        answerSchema: attempts.answerSchema,
        openedAt: attempts.openedAt,
        closedAt: attempts.closedAt,
      })
      .from(attempts)
      .innerJoin(operations, eq(operations.operationId, attempts.operationId))
      .where(and(eq(attempts.model, model), eq(operations.kind, 'call')))
      .orderBy(asc(attempts.openedAt), asc(attempts.attemptId))
  } finally {
    await database.close()
  }
}

export type AssignedAttempt = Awaited<ReturnType<typeof readAssignedAttempts>>[number]
