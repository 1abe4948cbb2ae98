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
  readonly planning: PlanningStrategy
}
