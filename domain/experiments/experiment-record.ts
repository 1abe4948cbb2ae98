import type { ExperimentState } from './experiment-state.ts'

/** An experiment as it was published last. */
export interface ExperimentRecord {
  readonly state: ExperimentState
  /** The workflow that runs it. */
  readonly workflowId: string
  /** Whether requests get its variants now. An experiment whose workflow is gone stops being active by itself. */
  readonly isActive: boolean
  /** ISO 8601 in UTC. */
  readonly startedAt: string
}

/** Which experiments are meant; without an id, the newest. */
export interface ExperimentFilter {
  readonly id?: string
}

/** What a workflow publishes. */
export interface ExperimentPublication {
  readonly workflowId: string
  /** The first run of the workflow's chain. */
  readonly runId: string
  readonly state: ExperimentState
  /** For how long requests get its variants, in milliseconds; it publishes again in time. Ended ones are not active. */
  readonly activeForMs: number
}

export type PublishOutcome =
  | { readonly status: 'published' }
  /** Another workflow has run an experiment of this id. */
  | { readonly status: 'taken'; readonly workflowId: string }
