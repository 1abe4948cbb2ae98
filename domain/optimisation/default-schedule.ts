import type { OptimisationInput } from './request.ts'

/** When the optimisation runs by itself, as plain data for whoever keeps schedules. */
export interface OptimisationSchedule {
  readonly id: string
  readonly description: string
  /** Minute, hour, day, month, day of the week; in UTC. */
  readonly cron: string
  /** Starts up to so much later, by chance. */
  readonly jitterMs: number
  /** One that was missed is made up for within so long. */
  readonly catchUpWindowMs: number
  readonly workflowType: 'optimise'
  readonly workflowId: string
  readonly input: OptimisationInput
}

export const OPTIMISATION_WORKFLOW_ID = 'maintenance/optimise'

/** On Sunday night, and only to measure: what it finds is for people to decide on. */
export const DEFAULT_OPTIMISATION_SCHEDULE: OptimisationSchedule = {
  id: 'optimise',
  description:
    'Measures settings of local models on shadow hosts, idle versions, caches and tables; changes nothing',
  cron: '30 3 * * 0',
  jitterMs: 15 * 60_000,
  catchUpWindowMs: 3_600_000,
  workflowType: 'optimise',
  workflowId: OPTIMISATION_WORKFLOW_ID,
  input: { dryRun: true, by: 'schedule' },
}
