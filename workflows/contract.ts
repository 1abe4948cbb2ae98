import { defineQuery, defineUpdate } from '@temporalio/workflow'
import type { ApprovalDecision, Approval } from '../domain/plan/approval.ts'
import type { CallStrategy } from '../domain/legs/strategy.ts'
import type { Content } from '../domain/content-ref.ts'
import type { Complexity, ModelRequest, OptimisationTarget } from '../domain/model-request.ts'
import type { DataClass } from '../domain/catalog/deployment.ts'
import type { Plan } from '../domain/plan/plan.ts'
import type { RetentionStatus } from '../domain/maintenance/retention-status.ts'
import type { Priority } from '../domain/limits/ticket.ts'
import type { ScoreWeights } from '../domain/catalog/score-weights.ts'
import type { SweepStatus } from '../domain/maintenance/sweep-status.ts'
import type { TaskProgress } from '../domain/plan/task-progress.ts'

/** Workflow type names, as they stand in histories and in the Temporal UI. */
export const WORKFLOW_TYPES = {
  modelCall: 'modelCall',
  taskRun: 'taskRun',
  sweep: 'sweep',
  retention: 'retention',
  rollout: 'rollout',
  experiment: 'experiment',
  modelTraffic: 'modelTraffic',
  mirrorCall: 'mirrorCall',
  checkAlerts: 'checkAlerts',
  alertDelivery: 'alertDelivery',
  healthCheck: 'healthCheck',
  remediate: 'remediate',
  modelUpdate: 'modelUpdate',
  optimise: 'optimise',
} as const

/** The one sweeper of a namespace. */
export const SWEEP_WORKFLOW_ID = 'maintenance/sweep'

/** The one workflow of a namespace that removes stored texts. */
export const RETENTION_WORKFLOW_ID = 'maintenance/retention'

/** Who asks, for accounting. */
export interface Caller {
  /** Default `default`. */
  readonly tenant?: string
  readonly user?: string
  /** The product feature on whose behalf it runs. */
  readonly feature?: string
}

/** Input of `modelCall`. From the Temporal UI `{"prompt": "Hello"}` is enough. */
export interface ModelCallInput extends Caller {
  readonly request: ModelRequest
  /** Where calls wait for a quota pool: 1 goes first, 5 last; default 3. */
  readonly priority?: Priority
  /** The whole call ends within this time, waiting included. Milliseconds; default: no bound. */
  readonly deadlineMs?: number
  /** Asks several models: `{"kind": "race", "copies": 2}`. Default: one, and its fallbacks one after the other. */
  readonly strategy?: CallStrategy
}

/** Asks a person before going on. */
export interface ApprovalPolicy {
  /** Time to answer, in milliseconds; default one day. */
  readonly deadlineMs?: number
  /** What happens when nobody answers; default `reject`. */
  readonly onDeadline?: ApprovalDecision
}

/** Input of `taskRun`. From the Temporal UI `{"task": "Compare …"}` is enough. */
export interface TaskRunInput extends Caller {
  /** What is to be done. */
  readonly task: Content
  /** Material that every subtask sees. */
  readonly context?: Content
  /** Default `quality`. */
  readonly target?: OptimisationTarget
  /** A ready plan: nothing is decomposed. */
  readonly plan?: Plan
  /** Upper bound for a plan that the model makes; default 8. */
  readonly maxSubtasks?: number
  /** Calls in flight at most; default 50. */
  readonly parallelism?: number
  /** Makes sampling repeatable. */
  readonly seed?: number
  /** One model for every step; default: the catalog's task table. */
  readonly model?: string
  /** How sensitive it is, for every step; default: the tenant's, else `public`. */
  readonly dataClass?: DataClass
  /** How hard its steps are; default: judged for each. */
  readonly complexity?: Complexity
  /** What counts when models are compared, for every step; default: the tenant's, else the catalog's. */
  readonly weights?: ScoreWeights
  /** What it belongs to: its steps go to the versions that a session goes to. Default: by the user. */
  readonly session?: string
  /** Where its calls wait for a quota pool: 1 goes first, 5 last; default 3. */
  readonly priority?: Priority
  /** Asks a person about the plan before anything runs. */
  readonly approval?: ApprovalPolicy
  /** Applies to subtasks with `requiresApproval`. */
  readonly subtaskApproval?: ApprovalPolicy
  /** Time for the whole task in milliseconds; what is done by then is put together. */
  readonly deadlineMs?: number
  /** `model` (default): one answer is written from all results. `none`: only the outputs are returned. */
  readonly synthesis?: 'model' | 'none'
}

export interface ApprovalInput {
  /** `plan`, `subtask/<id>` or `budget/<step>`; may be left out while exactly one is pending. */
  readonly approvalId?: string
  readonly decision: ApprovalDecision
  /** Who decides. */
  readonly by?: string
  readonly comment?: string
}

/** The task as it stands. */
export const progressQuery = defineQuery<TaskProgress>('progress')

/** Says yes or no to one pending approval. The same answer twice is fine; another one is refused. */
export const decideApprovalUpdate = defineUpdate<Approval, [ApprovalInput]>('decideApproval')

/** Input of `sweep`. From the Temporal UI `{}` is enough. */
export interface SweepInput {
  /** Open attempts younger than this are left alone, in milliseconds; default one minute. */
  readonly olderThanMs?: number
  /** Pause between two sweeps, in milliseconds; default 30 s. */
  readonly intervalMs?: number
  /** Continues as new after so many sweeps; default 500. */
  readonly sweepsPerRun?: number
}

/** What the last sweep did. */
export const sweepStatusQuery = defineQuery<SweepStatus>('status')

/** Input of `retention`. From the Temporal UI `{}` is enough. Times in milliseconds. */
export interface RetentionInput {
  /** Texts go so long after the end of their operation; default: as the workers are configured, 30 days. */
  readonly retentionMs?: number
  /** Texts that nobody owns (yet) stay so long after they were put; default 7 days. */
  readonly graceMs?: number
  /** Payloads that were too big for a history stay so long; default 90 days. */
  readonly payloadRetentionMs?: number
  /** Pause between two passes; default 6 hours. */
  readonly intervalMs?: number
  /** Continues as new after so many passes; default 100. */
  readonly passesPerRun?: number
}

/** What the last pass over the stored texts did. */
export const retentionStatusQuery = defineQuery<RetentionStatus>('status')

export {
  ALERT_ACTIVITIES,
  ALERT_DELIVERY_WORKFLOW_ID,
  alertDeliveryQuery,
  wakeDeliverySignal,
} from './alert-contract.ts'
export {
  type ExperimentInput,
  type ExperimentOptions,
  experimentQuery,
  type ExperimentResult,
  type ExtendExperimentInput,
  extendExperimentUpdate,
  type StopExperimentInput,
  stopExperimentUpdate,
} from './experiment-contract.ts'
export {
  OPTIMISATION_ACTIVITIES,
  OPTIMISATION_WORKFLOW_ID,
  type OptimisationInput,
  optimisationQuery,
  type OptimisationReport,
} from './optimisation-contract.ts'
export {
  ROLLOUT_UPDATES,
  type RolloutCommandInput,
  type RolloutInput,
  rolloutQuery,
} from './rollout-contract.ts'
export type {
  HealthCheckInput,
  ModelUpdateInput,
  RemediateInput,
} from './maintenance/maintenance-contract.ts'
export { ROLLOUT_ATTRIBUTES } from './rollout/search-attributes.ts'

/** Topic of the task's progress stream; its items are `TaskEvent`. */
export const PROGRESS_TOPIC = 'progress'

/**
 * `type` of the failures that workflows and updates end with; `details[0]` is a `CallRefusal`, a `TaskResult`, the
 * problems, or a `TrafficRefusal`.
 */
export const FAILURE_TYPES = {
  callRefused: 'CallRefused',
  taskFailed: 'TaskFailed',
  invalidInput: 'InvalidInput',
  trafficRefused: 'TrafficRefused',
  updateRefused: 'UpdateRefused',
} as const

/** Memo key under which the client stores the SHA-256 of the canonical input, to refuse another body under the same id. */
export const REQUEST_HASH_MEMO = 'requestHash'

/** Standalone activities that clients start through Temporal, on the orchestrator queue. */
export const REPORT_ACTIVITIES = {
  costSummary: 'costSummary',
  usageReport: 'usageReport',
  listModels: 'listModels',
  readTraffic: 'readTraffic',
} as const

/** Standalone activities about how models are chosen, on the orchestrator queue. */
export const ROUTE_ACTIVITIES = { explainRoute: 'explainRoute', readDecision: 'readDecision' } as const

/** Standalone activities about GPU nodes, on the orchestrator queue: nodes start the first, clients the second. */
export const NODE_ACTIVITIES = { announceNode: 'announceNode', listNodes: 'listNodes' } as const

/** Standalone activities about maintenance, on the orchestrator queue. */
export const MAINTENANCE_ACTIVITIES = { maintenanceReport: 'maintenanceReport' } as const

/** Standalone activities about experiments, on the orchestrator queue. */
export const EXPERIMENT_ACTIVITIES = {
  listExperiments: 'listExperiments',
  recordFeedback: 'recordFeedback',
} as const

/** Standalone activities about budgets, on the orchestrator queue. */
export const BUDGET_ACTIVITIES = {
  listBudgets: 'listBudgets',
  setBudget: 'setBudget',
  removeBudget: 'removeBudget',
} as const
