import type { Client } from '@temporalio/client'
import {
  EXPERIMENT_ACTIVITIES,
  type ExperimentInput,
  type ExperimentOptions,
  type ExtendExperimentInput,
  extendExperimentUpdate,
  type StopExperimentInput,
  stopExperimentUpdate,
  WORKFLOW_TYPES,
} from '../workflows/contract.ts'
import type { Feedback, RecordedFeedback } from '../domain/experiments/feedback.ts'
import { awaitBegun, orExperimentError } from './await-experiment.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import { experimentDefinition } from '../domain/experiments/read-definition.ts'
import type { ExperimentRecord } from '../domain/experiments/experiment-record.ts'
import type { ExperimentRequest } from '../domain/experiments/experiment-request.ts'
import type { ExperimentState } from '../domain/experiments/experiment-state.ts'
import { experimentWorkflowId } from '../domain/ids.ts'
import { InvalidRequestError, OperationRefusedError } from './errors.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { startOnce } from './start-once.ts'

/** Comparing versions of models and prompts on real requests, and what people say about answers. */
export interface Experiments {
  /**
   * Starts an experiment and returns once it runs; the same one again finds it.
   * @throws InvalidRequestError when it cannot start: an unknown version, a rollout under way, an id that was used
   */
  startExperiment(request: ExperimentRequest, options?: ExperimentOptions): Promise<ExperimentState>
  /** An experiment as it was published last, at its last look or since. @throws OperationRefusedError when there is none */
  experiment(experimentId: string): Promise<ExperimentRecord>
  /** The newest first, at most 200. */
  listExperiments(): Promise<readonly ExperimentRecord[]>
  /** Ends an experiment as it stands. @throws OperationRefusedError when it is over, or there is none */
  stopExperiment(experimentId: string, options: StopExperimentInput): Promise<ExperimentState>
  /** Gives it more time or units. @throws OperationRefusedError when it is over, or there is none */
  extendExperiment(experimentId: string, options: ExtendExperimentInput): Promise<ExperimentState>
  /**
   * Says what an answer was worth: one verdict for each operation, the last word. The operation of a call is its workflow
   * id, `call/<tenant>/<request id>`.
   * @throws InvalidRequestError when there is no such operation
   */
  recordFeedback(feedback: Feedback): Promise<RecordedFeedback>
}

export interface ExperimentParts {
  readonly client: Client
  readonly address: string
  readonly execute: ExecuteActivity
}

export function createExperiments(parts: ExperimentParts): Experiments {
  const { client, execute } = parts
  const list = async (filter: { readonly id?: string }): Promise<readonly ExperimentRecord[]> => {
    const answer = await execute<{ readonly experiments: readonly ExperimentRecord[] }>(
      EXPERIMENT_ACTIVITIES.listExperiments,
      filter,
    )
    return answer.experiments
  }
  const find = async (id: string): Promise<ExperimentRecord> => {
    const [found] = await list({ id })
    if (found !== undefined) return found
    throw new OperationRefusedError(`there is no experiment ${id}`, 'See `switchyard experiment list`.')
  }
  /** Its workflow may have any id. */
  const handleOf = async (id: string) => client.workflow.getHandle((await find(id)).workflowId)
  return {
    startExperiment: (request, options = {}) => start(parts, request, options),
    experiment: find,
    listExperiments: () => list({}),
    stopExperiment: async (id, options) => {
      const handle = await handleOf(id)
      return orExperimentError(parts, id, () =>
        handle.executeUpdate(stopExperimentUpdate, { args: [options] }),
      )
    },
    extendExperiment: async (id, options) => {
      const handle = await handleOf(id)
      return orExperimentError(parts, id, () =>
        handle.executeUpdate(extendExperimentUpdate, { args: [options] }),
      )
    },
    recordFeedback: (feedback) => execute(EXPERIMENT_ACTIVITIES.recordFeedback, feedback),
  }
}

async function start(
  parts: ExperimentParts,
  request: ExperimentRequest,
  options: ExperimentOptions,
): Promise<ExperimentState> {
  const read = readWhole(experimentDefinition, request)
  if (!read.ok) throw new InvalidRequestError('the experiment', read.problems)
  const { id, kind, metric } = read.value
  const input: ExperimentInput = { ...request, ...options }
  const { handle } = await orExperimentError(parts, id, () =>
    startOnce(parts.client, {
      workflowType: WORKFLOW_TYPES.experiment,
      workflowId: experimentWorkflowId(id),
      input,
      tenant: DEFAULT_TENANT,
      summary: `experiment ${id}: ${kind} by ${metric}`,
    }),
  )
  return awaitBegun(parts, handle, id)
}
