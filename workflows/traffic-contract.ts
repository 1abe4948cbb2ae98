import { defineQuery, defineUpdate } from '@temporalio/workflow'
import type { ModelRequest } from '../domain/model-request.ts'
import type { TrafficCommand } from '../domain/traffic/traffic-command.ts'
import type { TrafficState } from '../domain/traffic/traffic-state.ts'

/** Input of `modelTraffic`. From the Temporal UI `{"model": "chat-small"}` is enough. */
export interface ModelTrafficInput {
  /** A model of the catalog; the workflow's id is then `model/<model>`. */
  readonly model: string
  /** Continues as new after so many commands; default 500. */
  readonly commandsPerRun?: number
}

/** Carries out one command and returns the state that follows, once it stands in the routing table. */
export const changeTrafficUpdate = defineUpdate<TrafficState, [TrafficCommand]>('changeTraffic')

/** Versions, shares, lease and history; `null` while the workflow begins. */
export const trafficQuery = defineQuery<TrafficState | null>('traffic')

/** Input of `mirrorCall`: a call whose answer nobody waits for. */
export interface MirrorCallInput {
  readonly tenant: string
  readonly user?: string
  readonly feature?: string
  /** Names its model and the version that gets the copy. */
  readonly request: ModelRequest
}

/** What became of a copy. Its answer is with the operation. */
export interface MirrorCallResult {
  readonly status: 'answered' | 'refused'
  readonly costNanoUsd: number
  /** Why it was refused. */
  readonly reason?: string
}
