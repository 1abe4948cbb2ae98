import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import {
  OPTIMISATION_ACTIVITIES,
  OPTIMISATION_WORKFLOW_ID,
  type OptimisationInput,
  optimisationQuery,
  type OptimisationReport,
  WORKFLOW_TYPES,
} from '../workflows/contract.ts'
import { InvalidRequestError, OperationRefusedError } from './errors.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import { optimisationRequest } from '../domain/optimisation/request.ts'
import type { OptimisationProgress } from '../domain/optimisation/optimisation-markdown.ts'
import type { OptimisationRun } from '../domain/optimisation/result.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { readWorkflowEnd, refusedInput, toClientError } from './read-failure.ts'

/** An optimisation that was started. It runs on, whatever becomes of the client. */
export interface StartedOptimisation {
  readonly workflowId: string
  readonly runId: string
  /** As it stands. */
  progress(): Promise<OptimisationProgress>
  /** Waits for its end. @throws InvalidRequestError when it could not start */
  result(): Promise<OptimisationReport>
}

/** Tuning local models and the system itself. */
export interface Optimisations {
  /**
   * Starts an optimisation; one runs at a time.
   * @throws InvalidRequestError; OperationRefusedError while another one runs
   */
  startOptimisation(input?: OptimisationInput): Promise<StartedOptimisation>
  /** The newest first, at most 50. */
  listOptimisations(): Promise<readonly OptimisationRun[]>
  /** One by its run id, or the last of a workflow; without an id the last of all. @throws OperationRefusedError when there is none */
  optimisation(id?: string): Promise<OptimisationRun>
}

export interface OptimisationClientParts {
  readonly client: Client
  readonly address: string
  readonly execute: ExecuteActivity
}

export function createOptimisations(parts: OptimisationClientParts): Optimisations {
  const list = async (filter: { readonly id?: string }): Promise<readonly OptimisationRun[]> => {
    const { runs } = await parts.execute<{ readonly runs: readonly OptimisationRun[] }>(
      OPTIMISATION_ACTIVITIES.listOptimisations,
      filter,
    )
    return runs
  }
  return {
    startOptimisation: (input = {}) => start(parts, input),
    listOptimisations: () => list({}),
    optimisation: async (id) => {
      const [found] = await list(id === undefined ? {} : { id })
      if (found !== undefined) return found
      throw new OperationRefusedError(
        id === undefined ? 'nothing was optimised yet' : `there is no optimisation ${id}`,
        'See `switchyard optimise list`.',
      )
    },
  }
}

async function start(
  { client, address }: OptimisationClientParts,
  input: OptimisationInput,
): Promise<StartedOptimisation> {
  const read = readWhole(optimisationRequest, input)
  if (!read.ok) throw new InvalidRequestError('the optimisation', read.problems)
  const workflowId = OPTIMISATION_WORKFLOW_ID
  try {
    const handle = await client.workflow.start(WORKFLOW_TYPES.optimise, {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: 'tries what makes local models faster and the system leaner',
    })
    return {
      workflowId,
      runId: handle.firstExecutionRunId,
      progress: () => handle.query(optimisationQuery),
      result: async () => {
        try {
          const report: OptimisationReport = await handle.result()
          return report
        } catch (error) {
          const end = readWorkflowEnd(error)
          const refusal = end === undefined ? undefined : refusedInput('the optimisation', end)
          throw refusal ?? toClientError(error, address, 'the optimisation')
        }
      },
    }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError))
      throw toClientError(error, address, workflowId)
    throw new OperationRefusedError(
      `an optimisation is under way: ${workflowId}`,
      'Wait for it, or cancel it in the Temporal UI.',
    )
  }
}
