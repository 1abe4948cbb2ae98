import type { PlanningStrategy } from '../catalog/model.ts'

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
}
