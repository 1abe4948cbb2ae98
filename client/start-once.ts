import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client'
import { canonicalJson, toJson } from '../domain/json.ts'
import { IdempotencyConflictError } from './errors.ts'
import type { Priority } from '../domain/limits/ticket.ts'
import { REQUEST_HASH_MEMO } from '../workflows/contract.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { TRACE_PARENT } from '../domain/tracing/trace-ids.ts'
import { sha256Hex } from '../payloads/content-store.ts'

/** One workflow that is to run at most once for its id. */
export interface OnceStart {
  readonly workflowType: string
  readonly workflowId: string
  readonly input: object
  /** Its share of the queues is fair among tenants. */
  readonly tenant: string
  /** Its place among tasks that wait for a worker: 1 goes first, 5 last; `undefined`: 3. */
  readonly priority?: Priority | undefined
  /** One line for the Temporal UI. Never a part of a prompt. */
  readonly summary: string
  /** The place of the caller's own trace that it belongs to, as W3C writes it. Part of nothing that is compared. */
  readonly traceParent?: string
}

export interface StartedOnce {
  readonly handle: WorkflowHandle
  /** False when it had been started before, with the same input. */
  readonly isNew: boolean
}

/**
 * A worker that dies while it holds a workflow task delays that workflow by this much, not by the ten seconds that
 * are the default.
 */
const WORKFLOW_TASK_TIMEOUT = '2s'

/** The longest fairness key that Temporal takes, in bytes. */
const MAX_FAIRNESS_KEY_BYTES = 64

/**
 * Starts the workflow, or finds the one that was started under its id with the same input.
 * @throws IdempotencyConflictError when the id was used with another input
 */
export async function startOnce(client: Client, start: OnceStart): Promise<StartedOnce> {
  const { workflowType, workflowId, input, tenant, priority, summary, traceParent } = start
  const requestHash = hashInput(input)
  try {
    const handle = await client.workflow.start(workflowType, {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      memo: {
        [REQUEST_HASH_MEMO]: requestHash,
        ...(traceParent === undefined ? {} : { [TRACE_PARENT]: traceParent }),
      },
      priority: {
        fairnessKey: fairnessKey(tenant),
        ...(priority === undefined ? {} : { priorityKey: priority }),
      },
      staticSummary: summary,
    })
    return { handle, isNew: true }
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    return { handle: await attach(client, workflowId, requestHash), isNew: false }
  }
}

async function attach(client: Client, workflowId: string, requestHash: string): Promise<WorkflowHandle> {
  const handle = client.workflow.getHandle(workflowId)
  const { memo } = await handle.describe()
  const earlier = memo?.[REQUEST_HASH_MEMO]
  if (earlier === requestHash) return handle
  throw new IdempotencyConflictError(
    workflowId,
    earlier === undefined
      ? 'started by other means, so its input cannot be compared'
      : 'with another request',
  )
}

/** SHA-256 of the input in canonical form: the same request under the same id gives the same. */
export function hashInput(input: object): string {
  return sha256Hex(canonicalJson(toJson(input)))
}

function fairnessKey(tenant: string): string {
  // Ids are ASCII, so characters are bytes; a cut one could collide with another tenant's.
  return tenant.length <= MAX_FAIRNESS_KEY_BYTES ? tenant : sha256Hex(tenant)
}
