import { ActivityNotFoundError } from '@temporalio/client'
import type { Logger } from 'pino'
import { callFailed } from '../../activities/failures.ts'
import { loggedError } from '../telemetry.ts'
import type { OpenCall } from './worker-report.ts'

/** Ends calls of a process that is proven dead. Never rejects. */
export type FailCalls = (calls: readonly OpenCall[], reason: string) => Promise<void>

/** What it needs of Temporal's client. */
export interface ActivityFailer {
  withDeadline<Result>(deadline: number, work: () => Promise<Result>): Promise<Result>
  readonly activity: {
    fail(id: Omit<OpenCall, 'attemptId'>, error: unknown): Promise<void>
  }
}

export interface CallFailerOptions {
  /** Resolves once Temporal answers. */
  readonly client: Promise<ActivityFailer>
  readonly logger: Logger
}

/** Later than that Temporal has noticed by the missing heartbeats. */
const DEADLINE_MS = 5_000

type Ending = 'failed' | 'had ended' | 'left to the heartbeat timeout'

/**
 * Fails activities by their ids as `worker-lost`, as their own worker would: the workflow books them as ambiguous and
 * goes on at once. What Temporal has recorded in the meantime stays as it is; what cannot be reached is left to the
 * heartbeat timeout.
 */
export function createCallFailer({ client, logger }: CallFailerOptions): FailCalls {
  // Whoever needs it hears of its failure.
  client.catch(() => {})
  const failOne = async ({ attemptId, ...activity }: OpenCall, reason: string): Promise<Ending> => {
    try {
      const temporal = await client
      const lost = callFailed('worker-lost', `the worker process that made the call ${reason}`)
      await temporal.withDeadline(Date.now() + DEADLINE_MS, () => temporal.activity.fail(activity, lost))
      return 'failed'
    } catch (error) {
      if (error instanceof ActivityNotFoundError) return 'had ended'
      logger.warn({ ...activity, attemptId, error: loggedError(error) }, 'a lost call could not be failed')
      return 'left to the heartbeat timeout'
    }
  }
  return async (calls, reason) => {
    if (calls.length === 0) return
    const endings = await Promise.all(calls.map((call) => failOne(call, reason)))
    const counts = [...Map.groupBy(endings, (ending) => ending)].map(
      ([ending, { length }]) => `${length} ${ending}`,
    )
    logger.warn(`calls of the dead worker process: ${counts.join(', ')}`)
  }
}
