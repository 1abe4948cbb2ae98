import { type WorkerSurroundings, sharedWorkerOptions } from './worker-options.ts'
import {
  type AdmissionActivities,
  type AdmissionActivityDeps,
  createAdmissionActivities,
} from '../activities/admission.ts'
import { type ReportActivityDeps, createReportActivities } from '../activities/reports.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { Worker, type WorkerOptions } from '@temporalio/worker'
import type { WorkflowBundle } from './workflow-bundle.ts'
import { createBudgetActivities } from '../activities/budgets.ts'
import type { BudgetStore } from '../store/budgets/budgets.ts'
import { createAnswerActivities } from '../activities/answers.ts'
import { createExperimentActivities, type ExperimentActivityDeps } from '../activities/experiments.ts'
import { createPromptVariantActivities } from '../activities/prompt-variants.ts'
import type { ExperimentStore } from '../store/experiments/experiments.ts'
import { createParallelCallActivities } from '../activities/parallel-calls.ts'
import type { OperationBook } from '../store/ledger/operation-book.ts'
import { createPlanningActivities } from '../activities/planning.ts'
import { createEndLookup, createRunLookup } from './maintenance/run-lookup.ts'
import { createKeepContents } from '../activities/content-ownership.ts'
import { createRetentionActivities, type RetentionActivityDeps } from '../activities/retention.ts'
import { createRouteReportActivities, type RouteReportDeps } from '../activities/route-reports.ts'
import { createSettlementActivities, type SettlementActivities } from '../activities/settlement.ts'
import { createSweepActivities } from '../activities/sweep.ts'
import type { ContentIndex } from '../store/content/content-index.ts'
import { createRolloutCountActivities } from '../activities/rollout-counts.ts'
import type { RolloutCountReader } from '../store/routing/rollout-counts.ts'
import { sha256Hex } from '../payloads/content-store.ts'
import { createNodeActivities } from '../activities/nodes.ts'
import { createVersionActivities } from '../activities/versions.ts'
import { createDescribeCallQueue } from './describe-call-queue.ts'
import { inLeanThreads } from './workflow-thread/lean-threads.ts'
import { createWaitingCalls } from './waiting-calls.ts'
import type { AllAlertActivities } from './alerts/alert-activities.ts'
import type { MaintenanceActivities } from './maintenance/maintenance-activities.ts'
import type { VersionHealth } from '../domain/maintenance/health/version-health.ts'
import type { OptimisationActivities } from './optimisation/optimisation-activities.ts'
import type { NodeStore } from '../store/routing/nodes.ts'
import { createQueryTraffic, createSendTrafficCommand } from './traffic/entity.ts'
import { createTrafficActivities } from '../activities/traffic.ts'
import type { OpenAttemptReader } from '../store/ledger/open-attempt-reader.ts'
import type { RoutingTable } from '../store/routing/routing-table.ts'

export interface OrchestratorParts
  extends
    WorkerSurroundings,
    Omit<AdmissionActivityDeps, 'hash' | 'keepContents' | 'facts'>,
    Omit<ReportActivityDeps, 'catalog'>,
    Pick<RouteReportDeps, 'facts' | 'decisions'>,
    Omit<ExperimentActivityDeps, 'experiments'>,
    Omit<RetentionActivityDeps, 'contentIndex' | 'endOf'> {
  readonly contents: ContentStore
  readonly contentIndex: ContentIndex
  readonly budgets: BudgetStore
  readonly workflowBundle: WorkflowBundle
  readonly openAttempts: OpenAttemptReader
  readonly operations: OperationBook
  readonly experiments: ExperimentStore
  readonly nodes: NodeStore
  readonly routingTable: RoutingTable
  readonly rolloutCounts: RolloutCountReader
  readonly maintenance: MaintenanceActivities
  readonly optimisation: OptimisationActivities
  readonly alerts: AllAlertActivities
  readonly checkedHealth: () => Promise<readonly VersionHealth[]>
  /** Puts something around the books, to watch what is asked of them. Default: nothing. */
  readonly watchBooks?: (books: Books) => Books
  /** What workflow code may call outside. Default: the SDK's log. */
  readonly sinks?: WorkerOptions['sinks']
}

type Books = AdmissionActivities & SettlementActivities

/** Cached workflows hold their state in one isolate whose memory the SDK cannot see; past this they are replayed. */
const MAX_CACHED_WORKFLOWS = 500

const same = (books: Books): Books => books

/** The worker that runs workflows and their bookkeeping. Only such workers open the database. */
export function createOrchestratorWorker(parts: OrchestratorParts): Promise<Worker> {
  const { ledger, catalog, contents, openAttempts, operations, facts, watchBooks = same } = parts
  const keepContents = createKeepContents(parts.contentIndex)
  const books = { ledger, catalog, hash: sha256Hex, keepContents, facts, contents }
  const options: WorkerOptions = {
    ...sharedWorkerOptions(parts),
    taskQueue: TASK_QUEUES.orchestrator,
    workflowBundle: parts.workflowBundle,
    ...(parts.sinks === undefined ? {} : { sinks: parts.sinks }),
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    activities: {
      ...watchBooks({ ...createAdmissionActivities(books), ...createSettlementActivities(books) }),
      ...createParallelCallActivities({ ...books, operations }),
      ...createAnswerActivities({ contents, hash: sha256Hex }),
      ...createPlanningActivities({ catalog, contents, keepContents, facts }),
      ...createReportActivities(parts),
      ...createRouteReportActivities(parts),
      ...createBudgetActivities(parts),
      ...createExperimentActivities(parts),
      ...createPromptVariantActivities(parts),
      ...createNodeActivities({ ...parts, waitingCalls: createWaitingCalls(createDescribeCallQueue(parts)) }),
      ...createVersionActivities(parts),
      ...createRolloutCountActivities({ counts: parts.rolloutCounts }),
      ...createTrafficActivities({
        ...parts,
        sendTrafficCommand: createSendTrafficCommand(parts),
        queryTraffic: createQueryTraffic(parts),
      }),
      ...createRetentionActivities({ ...parts, endOf: createEndLookup(parts) }),
      ...createSweepActivities({ ledger, openAttempts, isRunOpen: createRunLookup(parts) }),
      ...parts.maintenance,
      ...parts.optimisation,
      ...parts.alerts,
    },
  }
  return inLeanThreads(() => Worker.create(options))
}
