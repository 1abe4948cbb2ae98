import type { DataConverter } from '@temporalio/common'
import type { ActivityInterceptorsFactory, NativeConnection, WorkerOptions } from '@temporalio/worker'
import { hostname } from 'node:os'

/** What every worker of a process shares. */
export interface WorkerSurroundings {
  readonly connection: NativeConnection
  readonly namespace: string
  /** The kind of process; part of the identity that the Temporal UI shows. */
  readonly worker: string
  readonly dataConverter: DataConverter
  /** Time for running calls to end after a stop was asked for, in milliseconds. */
  readonly shutdownGraceMs: number
  /** What stands around every activity. Default: nothing. */
  readonly activityInterceptors?: readonly ActivityInterceptorsFactory[]
}

/** Beyond the grace time: for cancelled calls to stop and to report what they used. */
export const CANCELLATION_MARGIN_MS = 10_000

/** The options that all workers have in common. */
export function sharedWorkerOptions(surroundings: WorkerSurroundings) {
  const {
    connection,
    namespace,
    worker,
    dataConverter,
    shutdownGraceMs,
    activityInterceptors = [],
  } = surroundings
  return {
    connection,
    namespace,
    identity: `switchyard-${worker}@${hostname()}#${process.pid}`,
    dataConverter,
    interceptors: { activity: [...activityInterceptors] },
    shutdownGraceTime: shutdownGraceMs,
    shutdownForceTime: shutdownGraceMs + CANCELLATION_MARGIN_MS,
    // The default thins heartbeats to 0.8 × their timeout: a dead worker would be noticed late.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    // After a crash a workflow waits this long for its old worker; the default of 10 s makes a crash cost 10 s.
    stickyQueueScheduleToStartTimeout: '1s',
  } satisfies Partial<WorkerOptions>
}
