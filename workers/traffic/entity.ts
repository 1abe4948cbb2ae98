import {
  ApplicationFailure,
  Client,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import type {
  ChangeTrafficInput,
  ChangeTrafficOutput,
  TrafficActivityDeps,
} from '../../activities/traffic.ts'
import {
  changeTrafficUpdate,
  type ModelTrafficInput,
  trafficQuery,
} from '../../workflows/traffic-contract.ts'
import { FAILURE_TYPES, WORKFLOW_TYPES } from '../../workflows/contract.ts'
import { modelWorkflowId, TASK_QUEUES } from '../../domain/ids.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

type TemporalParts = Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>

/** A server that does not answer holds nobody for longer than this; who asked asks again. */
const ANSWER_WITHIN_MS = 8_000
const QUERY_WITHIN_MS = 5_000

/** How the entity of a model is started, and found where it runs. */
export function modelTrafficStart(model: string) {
  const input: ModelTrafficInput = { model }
  return {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: modelWorkflowId(model),
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // A crash in the middle of a workflow task delays the next command by this much, not by the ten seconds of the default.
    workflowTaskTimeout: '2s' as const,
    staticSummary: `the versions of ${model} and their shares`,
  }
}

/** Sends commands to the entity of a model by update-with-start, through the worker's own connection. */
export function createSendTrafficCommand(parts: TemporalParts): TrafficActivityDeps['sendTrafficCommand'] {
  const client = clientOf(parts)
  return async ({ model, command }: ChangeTrafficInput): Promise<ChangeTrafficOutput> => {
    const startWorkflowOperation = new WithStartWorkflowOperation(
      WORKFLOW_TYPES.modelTraffic,
      modelTrafficStart(model),
    )
    try {
      const state = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        client.workflow.executeUpdateWithStart(changeTrafficUpdate, {
          args: [command],
          startWorkflowOperation,
        }),
      )
      return { state }
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      return refusal
    }
  }
}

/** Asks a running entity for its state. One that has ended does not decide anything any more. */
export function createQueryTraffic(parts: TemporalParts): TrafficActivityDeps['queryTraffic'] {
  const client = clientOf(parts)
  return async (model) => {
    const handle = client.workflow.getHandle(modelWorkflowId(model))
    try {
      const state = await client.withDeadline(Date.now() + QUERY_WITHIN_MS, async () => {
        const { closeTime } = await handle.describe()
        return closeTime === undefined ? handle.query(trafficQuery) : null
      })
      return state ?? undefined
    } catch {
      // It was never started, or no worker answers for it: the table says what requests are assigned by all the same.
      return undefined
    }
  }
}

function clientOf({ connection, namespace, dataConverter }: TemporalParts): Client {
  return new Client({ connection, namespace, dataConverter })
}

function refusalIn(error: unknown): Extract<ChangeTrafficOutput, { refusal: string }> | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure))
    return undefined
  const { type, message, details } = error.cause
  if (type === FAILURE_TYPES.invalidInput) return { refusal: message, kind: 'command' }
  if (type !== FAILURE_TYPES.trafficRefused) return undefined
  return { refusal: message, kind: isAboutLease(details?.[0]) ? 'lease' : 'command' }
}

function isAboutLease(detail: unknown): boolean {
  return typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind === 'lease'
}
