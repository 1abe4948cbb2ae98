import { defineQuery, defineUpdate } from '@temporalio/workflow'
import type { CommandName } from '../domain/rollout/machine/events.ts'
import type { RolloutRequest } from '../domain/rollout/planning/rollout-request.ts'
import type { RolloutState } from '../domain/rollout/state.ts'

/** Input of `rollout`. From the Temporal UI `{"model": "chat-small", "version": "2026-11-20"}` is enough. */
export interface RolloutInput extends RolloutRequest {
  /** Who starts it; default `somebody`. */
  readonly by?: string
  /** One that did not complete waits so long for a `retry`, in milliseconds; default 15 minutes. */
  readonly retryWithinMs?: number
  /** Continues as new after so many readings; default 300. */
  readonly readingsPerRun?: number
}

/** Input of the updates of a rollout; `canaryPercent` is for `set-weight`, `decision` for `decide-gate`. */
export interface RolloutCommandInput {
  /** Who asks, for the record. */
  readonly by: string
  /** The same command under the same id is taken once; default: the update's own id. */
  readonly requestId?: string
  readonly comment?: string
  readonly canaryPercent?: number
  readonly decision?: 'approve' | 'reject'
}

/** The rollout as it stands; `null` until its lease is granted. */
export const rolloutQuery = defineQuery<RolloutState | null>('rollout')

/** What an operator may send; each returns the state that follows. */
export const ROLLOUT_UPDATES = {
  pause: defineUpdate<RolloutState, [RolloutCommandInput]>('pause'),
  resume: defineUpdate<RolloutState, [RolloutCommandInput]>('resume'),
  promote: defineUpdate<RolloutState, [RolloutCommandInput]>('promote'),
  'promote-full': defineUpdate<RolloutState, [RolloutCommandInput]>('promote-full'),
  abort: defineUpdate<RolloutState, [RolloutCommandInput]>('abort'),
  retry: defineUpdate<RolloutState, [RolloutCommandInput]>('retry'),
  extend: defineUpdate<RolloutState, [RolloutCommandInput]>('extend'),
  'set-weight': defineUpdate<RolloutState, [RolloutCommandInput]>('set-weight'),
  'decide-gate': defineUpdate<RolloutState, [RolloutCommandInput]>('decide-gate'),
} as const satisfies Readonly<Record<CommandName, unknown>>
