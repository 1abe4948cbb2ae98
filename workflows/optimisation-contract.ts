import { defineQuery } from '@temporalio/workflow'
import type { OptimisationProgress } from '../domain/optimisation/optimisation-markdown.ts'
import type { OptimisationResult } from '../domain/optimisation/result.ts'

/** Input of `optimise`. From the Temporal UI `{}` is enough. */
export type { OptimisationInput } from '../domain/optimisation/request.ts'

/** What an optimisation ends with. */
export interface OptimisationReport {
  readonly outcome: 'changed' | 'proposed' | 'failed' | 'unchanged'
  readonly results: readonly OptimisationResult[]
}

/** The optimisation as it stands. */
export const optimisationQuery = defineQuery<OptimisationProgress>('optimisation')

/** Standalone activities about optimisations, on the orchestrator queue. */
export const OPTIMISATION_ACTIVITIES = { listOptimisations: 'listOptimisations' } as const

/** Where the optimisation of a person runs: one at a time. */
export const OPTIMISATION_WORKFLOW_ID = 'maintenance/optimise'
