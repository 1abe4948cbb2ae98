import type { PlanningStrategy } from '../catalog/model.ts'

/** How the traffic of a model was shared out when a request was assigned to one of its versions. */
export interface CandidateTraffic {
  readonly epoch: number
  /** The share of the version then, 0 to 1. */
  readonly share: number
  /**
   * What it was assigned by. Absent where it was not: its caller named the version, or it stands in for the one that it
   * was assigned to. Such a call says nothing about the versions.
   */
  readonly key?: string
  /** The version that gets a copy of the request. */
  readonly copyFor?: string
}

/** One version at one endpoint that a request may be sent to, with what the workflow must know to call it. */
export interface Candidate {
  readonly model: string
  readonly version: string
  readonly providerModel: string
  readonly provider: string
  readonly endpoint: string
  readonly taskQueue: string
  readonly callTimeoutMs: number
  readonly queueTimeoutMs: number
  readonly contextWindow: number
  /** What the call asks for on this candidate: the request's own settings or the task's defaults. */
  readonly maxOutputTokens: number
  /** Absent where the model does not take one. */
  readonly temperature?: number
  readonly planning: PlanningStrategy
  /** Absent for a model whose traffic was never shared out. */
  readonly traffic?: CandidateTraffic
}
