import { type CallHandle, type CallOutcome, createCallHandle } from './call-handle.ts'
import type { ApprovalInput } from '../workflows/contract.ts'
import type { CallOptions, TaskOptions } from './inputs/caller-options.ts'
import { Client, type Connection } from '@temporalio/client'
import { connectTemporal, findTemporal, type TargetOptions } from './connect.ts'
import { type OperationTracing, UNTRACED } from './operation-tracing.ts'
import { type ContentStore, createFolderContentStore } from '../payloads/content-store.ts'
import { type Alerts, createAlerts } from './alerts.ts'
import { type Budgets, createBudgets } from './budgets.ts'
import { createExecuteActivity } from './standalone-activity.ts'
import { createReports, type Reports } from './reports.ts'
import { createExperiments, type Experiments } from './experiments.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { createOptimisations, type Optimisations } from './optimisations.ts'
import { createRollouts, type Rollouts } from './rollouts.ts'
import { createRouting, type Routing } from './routing.ts'
import { createSchedules, type Schedules } from './schedules.ts'
import { createTaskHandle, type Decision, type TaskHandle } from './task-handle.ts'
import { startCall, type StartParts, startTask } from './start-operations.ts'
import type { Approval } from '../domain/plan/approval.ts'
import type { Tracer } from '@opentelemetry/api'
import type { CallRequest } from './inputs/call-input.ts'
import { countOrchestrators } from './orchestrators.ts'
import { createDataConverter } from '../payloads/data-converter.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import { idSchema } from './inputs/text-schema.ts'
import { parseInput } from './inputs/parse-input.ts'
import type { TaskInput } from './inputs/task-input.ts'
import type { TaskOutcome } from './task-outcome.ts'
import type { TaskProgress } from '../domain/plan/task-progress.ts'
import { callWorkflowId, taskWorkflowId } from '../domain/ids.ts'

/** How to reach Switchyard. The content store must be the one that the workers use. */
export type SwitchyardOptions = TargetOptions & {
  /** A connection of the caller's own; it stays open when the client closes. */
  readonly connection?: Connection
  /** An OpenTelemetry tracer that shows calls and tasks in the caller's traces. Default: none. */
  readonly tracer?: Tracer
} & ({ readonly contentDir: string } | { readonly contents: ContentStore })

/** Whose task it is. */
export interface TenantOption {
  /** Default `default`. */
  readonly tenant?: string
}

/** Durable model calls and tasks, for backend services. */
export interface Switchyard
  extends Reports, Budgets, Alerts, Routing, Nodes, Rollouts, Experiments, Schedules, Optimisations {
  /** `host:port` of the Temporal server. */
  readonly address: string
  readonly namespace: string
  /**
   * Makes one durable call and waits for its answer. The same request id with the same request gives the same
   * answer, also from another process.
   * @throws InvalidRequestError, CallRefusedError, IdempotencyConflictError, NotConnectedError
   */
  call(request: string | CallRequest, options?: CallOptions): Promise<CallOutcome>
  /** Returns as soon as the call is accepted, that is once it survives every crash. */
  startCall(request: string | CallRequest, options?: CallOptions): Promise<CallHandle>
  /**
   * Splits a task, runs its parts and waits for the answer.
   * @throws InvalidRequestError, TaskFailedError, IdempotencyConflictError, NotConnectedError
   */
  runTask(input: string | TaskInput, options?: TaskOptions): Promise<TaskOutcome>
  /** Returns as soon as the task is accepted. */
  startTask(input: string | TaskInput, options?: TaskOptions): Promise<TaskHandle>
  /** A handle over a task that was started before, by anybody. */
  task(taskId: string, options?: TenantOption): TaskHandle
  /** The task as it stands, or as it ended. @throws OperationRefusedError when it is not known */
  status(taskId: string, options?: TenantOption): Promise<TaskProgress>
  /** Says yes to a pending approval. @throws OperationRefusedError */
  approve(taskId: string, decision?: Decision & TenantOption): Promise<Approval>
  /** Says no to a pending approval. @throws OperationRefusedError */
  reject(taskId: string, decision?: Decision & TenantOption): Promise<Approval>
  /**
   * Says whether a call may go over its budget; whoever decides the step of a task uses `approve` and `reject`.
   * @throws OperationRefusedError when it does not ask
   */
  decideCall(requestId: string, decision: ApprovalInput & TenantOption): Promise<Approval>
  /** Asks a task to stop. @throws OperationRefusedError when it is not running */
  cancel(taskId: string, options?: TenantOption): Promise<void>
  /** Orchestrator workers that poll for work. With none, what is accepted waits. */
  orchestrators(): Promise<number>
  close(): Promise<void>
}

/** Connects to Temporal. @throws NotConnectedError after five seconds */
export async function createSwitchyard(options: SwitchyardOptions): Promise<Switchyard> {
  const target = findTemporal(options)
  const connection = options.connection ?? (await connectTemporal(target))
  const contents = 'contents' in options ? options.contents : createFolderContentStore(options.contentDir)
  const client = new Client({
    connection,
    namespace: target.namespace,
    dataConverter: createDataConverter(contents),
  })
  const address = connection.options.address
  const tracing = await loadTracing(options.tracer)
  const execute = createExecuteActivity(client, address)
  const reports = createReports(execute)
  return {
    address,
    namespace: target.namespace,
    ...createOperations({ client, contents, address, tracing }),
    ...reports,
    ...createRollouts({ client, address, reports }),
    ...createBudgets(execute),
    ...createAlerts(execute),
    ...createRouting(execute),
    ...createNodes(execute),
    ...createExperiments({ client, address, execute }),
    ...createOptimisations({ client, address, execute }),
    ...createSchedules({ client, address, execute }),
    orchestrators: () => countOrchestrators(client, address),
    close: async () => {
      if (options.connection === undefined) await connection.close()
    },
  }
}

/** Most clients have no tracer, and need not load what traces. */
async function loadTracing(tracer: Tracer | undefined): Promise<OperationTracing> {
  if (tracer === undefined) return UNTRACED
  const { createOperationTracing } = await import('./trace-operations.ts')
  return createOperationTracing(tracer)
}

type Operations = Omit<
  Switchyard,
  | keyof Reports
  | keyof Budgets
  | keyof Alerts
  | keyof Routing
  | keyof Nodes
  | keyof Rollouts
  | keyof Experiments
  | keyof Optimisations
  | keyof Schedules
  | 'address'
  | 'namespace'
  | 'orchestrators'
  | 'close'
>

function createOperations(parts: StartParts): Operations {
  const task = (taskId: string, { tenant = DEFAULT_TENANT }: TenantOption = {}): TaskHandle => {
    parseInput(idSchema('taskId'), taskId, 'the task id')
    parseInput(idSchema('tenant'), tenant, 'the tenant')
    const handle = parts.client.workflow.getHandle(taskWorkflowId(tenant, taskId))
    return createTaskHandle({ ...parts, handle, taskId, isNew: false })
  }
  return {
    call: async (request, options = {}) => (await startCall(parts, request, options)).result(),
    startCall: (request, options = {}) => startCall(parts, request, options),
    runTask: async (input, options = {}) => (await startTask(parts, input, options)).result(),
    startTask: (input, options = {}) => startTask(parts, input, options),
    task,
    status: async (taskId, options) => task(taskId, options).progress(),
    approve: async (taskId, { tenant, ...decision } = {}) =>
      task(taskId, tenant === undefined ? {} : { tenant }).approve(decision),
    reject: async (taskId, { tenant, ...decision } = {}) =>
      task(taskId, tenant === undefined ? {} : { tenant }).reject(decision),
    decideCall: async (requestId, { tenant = DEFAULT_TENANT, ...decision }) => {
      parseInput(idSchema('requestId'), requestId, 'the request id')
      parseInput(idSchema('tenant'), tenant, 'the tenant')
      const handle = parts.client.workflow.getHandle(callWorkflowId(tenant, requestId))
      return createCallHandle({ ...parts, handle, requestId, isNew: false }).decide(decision)
    },
    cancel: async (taskId, options) => task(taskId, options).cancel(),
  }
}
