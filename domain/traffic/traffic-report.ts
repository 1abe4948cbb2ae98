import type { TrafficSnapshot, TrafficState } from './traffic-state.ts'

/** What is to be reported. */
export interface TrafficReportRequest {
  /** Default: every model whose traffic was ever shared out. */
  readonly model?: string
}

/** How a model's traffic is shared out now. */
export interface TrafficReport {
  readonly model: string
  /** What requests are assigned by. Absent: its first version gets everything. */
  readonly snapshot?: TrafficSnapshot
  /** Of the workflow that decides about it, where one runs and answers. */
  readonly state?: TrafficState
}
