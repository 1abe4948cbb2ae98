import { type ModelCallInput, type TaskRunInput, WORKFLOW_TYPES } from '../workflows/contract.ts'
import {
  type CallOptions,
  callOptionsSchema,
  type TaskOptions,
  taskOptionsSchema,
} from './inputs/caller-options.ts'
import { type CallHandle, createCallHandle } from './call-handle.ts'
import { type CallRequest, callRequestSchema } from './inputs/call-input.ts'
import { callWorkflowId, taskWorkflowId } from '../domain/ids.ts'
import { checkPlan, describePlanProblem } from '../domain/plan/check-graph.ts'
import { describeRule, legRule } from '../domain/legs/strategy.ts'
import { createTaskHandle, type TaskHandle } from './task-handle.ts'
import { type OnceStart, type StartedOnce, startOnce } from './start-once.ts'
import { type TaskInput, taskInputSchema } from './inputs/task-input.ts'
import { toModelRequest, toTaskRunInput } from './to-wire.ts'
import type { Client } from '@temporalio/client'
import type { ContentStore } from '../payloads/content-store.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import { InvalidRequestError } from './errors.ts'
import type { OperationTracing } from './operation-tracing.ts'
import { MAX_SUBTASKS } from '../domain/plan/plan.ts'
import { parseInput } from './inputs/parse-input.ts'
import { toClientError } from './read-failure.ts'

/** What starting needs. */
export interface StartParts {
  readonly client: Client
  readonly contents: ContentStore
  /** For messages. */
  readonly address: string
  readonly tracing: OperationTracing
}

/** Checks a call and starts it, or attaches to the one that was started before with the same body. */
export async function startCall(
  parts: StartParts,
  request: string | CallRequest,
  options: CallOptions,
): Promise<CallHandle> {
  const asked = typeof request === 'string' ? { prompt: request } : request
  const checked = parseInput(callRequestSchema, asked, 'the call')
  const { requestId = crypto.randomUUID(), ...caller } = parseInput(
    callOptionsSchema,
    options,
    'the options of the call',
  )
  const tenant = caller.tenant ?? DEFAULT_TENANT
  const { strategy } = checked
  const input: ModelCallInput = {
    ...caller,
    request: await toModelRequest(checked, parts.contents),
    ...(strategy === undefined ? {} : { strategy }),
  }
  const started = await start(parts, {
    workflowType: WORKFLOW_TYPES.modelCall,
    workflowId: callWorkflowId(tenant, requestId),
    input,
    tenant,
    priority: caller.priority,
    summary: describeCall(checked),
  })
  return createCallHandle({ ...parts, ...started, requestId })
}

/** One line for the Temporal UI. */
function describeCall({ task, model, strategy }: CallRequest): string {
  const on = model === undefined ? '' : ` on ${model}`
  return `${task ?? 'model'} call${on}${strategy === undefined ? '' : `, ${describeRule(legRule(strategy))}`}`
}

/** Checks a task and starts it, or attaches to the one that was started before with the same body. */
export async function startTask(
  parts: StartParts,
  input: string | TaskInput,
  options: TaskOptions,
): Promise<TaskHandle> {
  const asked = typeof input === 'string' ? { task: input } : input
  const checked = parseInput(taskInputSchema, asked, 'the task')
  const { taskId = crypto.randomUUID(), ...caller } = parseInput(
    taskOptionsSchema,
    options,
    'the options of the task',
  )
  const tenant = caller.tenant ?? DEFAULT_TENANT
  const wire: TaskRunInput = { ...caller, ...(await toTaskRunInput(checked, parts.contents)) }
  requireSoundPlan(wire)
  const started = await start(parts, {
    workflowType: WORKFLOW_TYPES.taskRun,
    workflowId: taskWorkflowId(tenant, taskId),
    input: wire,
    tenant,
    priority: caller.priority,
    summary:
      checked.plan === undefined ? 'task' : `task with a plan of ${checked.plan.subtasks.length} subtasks`,
  })
  return createTaskHandle({ ...parts, ...started, taskId })
}

function requireSoundPlan({ plan }: TaskRunInput): void {
  if (plan === undefined) return
  const problems = checkPlan(plan, { maxSubtasks: MAX_SUBTASKS })
  if (problems.length === 0) return
  throw new InvalidRequestError(
    'the task',
    problems.map((problem) => `plan: ${describePlanProblem(problem)}`),
  )
}

async function start({ client, address, tracing }: StartParts, once: OnceStart): Promise<StartedOnce> {
  try {
    return await tracing.around('start', once.workflowId, (traceParent) =>
      startOnce(client, traceParent === undefined ? once : { ...once, traceParent }),
    )
  } catch (error) {
    throw toClientError(error, address, once.workflowId)
  }
}
