import { type WorkerSurroundings, sharedWorkerOptions } from './worker-options.ts'
import { type AdmissionActivityDeps, createAdmissionActivities } from '../activities/admission.ts'
import { type ReportActivityDeps, createReportActivities } from '../activities/reports.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { Worker } from '@temporalio/worker'
import type { WorkflowBundle } from './workflow-bundle.ts'
import { createBudgetActivities } from '../activities/budgets.ts'
import type { BudgetStore } from '../store/budgets.ts'
import { createPlanningActivities } from '../activities/planning.ts'
import { createRunLookup } from './maintenance/run-lookup.ts'
import { createSettlementActivities } from '../activities/settlement.ts'
import { createSweepActivities, type SweepActivityDeps } from '../activities/sweep.ts'
import { sha256Hex } from '../payloads/content-store.ts'

export interface OrchestratorParts
  extends WorkerSurroundings, Omit<AdmissionActivityDeps, 'hash'>, Omit<ReportActivityDeps, 'catalog'> {
  readonly contents: ContentStore
  readonly budgets: BudgetStore
  readonly workflowBundle: WorkflowBundle
  readonly openAttempts: SweepActivityDeps['openAttempts']
}

/** Cached workflows hold their state in one isolate whose memory the SDK cannot see; past this they are replayed. */
const MAX_CACHED_WORKFLOWS = 500

/** The worker that runs workflows and their bookkeeping. Only such workers open the database. */
export function createOrchestratorWorker(parts: OrchestratorParts): Promise<Worker> {
  const { ledger, catalog, contents, openAttempts } = parts
  const books = { ledger, catalog, hash: sha256Hex }
  return Worker.create({
    ...sharedWorkerOptions(parts),
    taskQueue: TASK_QUEUES.orchestrator,
    workflowBundle: parts.workflowBundle,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    activities: {
      ...createAdmissionActivities(books),
      ...createSettlementActivities(books),
      ...createPlanningActivities({ catalog, contents }),
      ...createReportActivities(parts),
      ...createBudgetActivities(parts),
      ...createSweepActivities({ ledger, openAttempts, isRunOpen: createRunLookup(parts) }),
    },
  })
}
