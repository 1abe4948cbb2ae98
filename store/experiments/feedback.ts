import { sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import type { Feedback, RecordedFeedback } from '../../domain/experiments/feedback.ts'
import { feedback, operations } from '../schema.ts'

/** What people said about answers. */
export interface FeedbackStore {
  /**
   * Keeps one verdict for each operation, the last word; the same one again changes nothing. `undefined` when there is no
   * such operation.
   */
  record(given: Feedback): Promise<RecordedFeedback | undefined>
}

export function createFeedbackStore({ queries }: Database): FeedbackStore {
  return {
    record: async ({ operationId, verdict, score = null, by = null }) => {
      const isSame = sql`${feedback.verdict} = excluded.verdict and ${feedback.score} is not distinct from excluded.score`
      await queries.execute(sql`
        insert into ${feedback} (operation_id, verdict, score, given_by)
        select operation_id, ${verdict}, ${score}::float8, ${by} from ${operations} where operation_id = ${operationId}
        on conflict (operation_id) do update set
          verdict = excluded.verdict, score = excluded.score, given_by = excluded.given_by, given_at = clock_timestamp()
        where not (${isSame})`)
      const [found] = await queries
        .select()
        .from(feedback)
        .where(sql`${feedback.operationId} = ${operationId}`)
      if (found === undefined) return undefined
      const { score: stands, givenBy, ...recorded } = found
      return {
        ...recorded,
        ...(stands === null ? {} : { score: stands }),
        ...(givenBy === null ? {} : { by: givenBy }),
      }
    },
  }
}
