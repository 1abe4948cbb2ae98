import { defineQuery, defineUpdate } from '@temporalio/workflow'
import type { ExperimentRequest } from '../domain/experiments/experiment-request.ts'
import type { ExperimentState } from '../domain/experiments/experiment-state.ts'
import type { ExperimentVerdict } from '../domain/experiments/judge-experiment.ts'

/**
 * Input of `experiment`. From the Temporal UI
 * `{"id": "small-1", "kind": "model-versions", "model": "chat-small", "metric": "answered-well", "variants": [{"name":
 * "2026-10-01"}, {"name": "2026-11-20"}]}`.
 */
export type ExperimentInput = ExperimentRequest & ExperimentOptions

export interface ExperimentOptions {
  /** Who starts it; default `somebody`. */
  readonly by?: string
  /** How long its shares or variants outlive it should it be terminated; default 15 minutes, in milliseconds. */
  readonly leaseMs?: number
  /** Continues as new after so many looks and renewals; default 300. */
  readonly wakesPerRun?: number
}

export interface StopExperimentInput {
  /** Who asks, for the record. */
  readonly by: string
  readonly comment?: string
}

/** At least one of both. */
export interface ExtendExperimentInput {
  readonly by: string
  /** So much longer, in milliseconds. */
  readonly durationMs?: number
  /** So many more units. */
  readonly units?: number
}

/** What an experiment ends with. It promotes nothing: a rollout does. */
export interface ExperimentResult {
  readonly verdict: ExperimentVerdict
  readonly state: ExperimentState
}

/** The experiment as it stands; `null` while it begins. */
export const experimentQuery = defineQuery<ExperimentState | null>('experiment')

/** Ends it as it stands, with what is known. Stopped twice is stopped once. */
export const stopExperimentUpdate = defineUpdate<ExperimentState, [StopExperimentInput]>('stop')

/** Gives it more time or units. Allowed whatever it has shown: every look stays valid. */
export const extendExperimentUpdate = defineUpdate<ExperimentState, [ExtendExperimentInput]>('extend')
