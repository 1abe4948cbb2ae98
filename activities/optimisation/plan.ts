import { activeVersions } from '../../domain/nodes/active-versions.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { chooseTrialNode } from '../../domain/optimisation/choose-trial-node.ts'
import { findSubjects, type TuningSubject } from '../../domain/optimisation/subject.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import type { OpenedOptimisation } from '../../domain/optimisation/opened.ts'
import type { OptimisationRequest } from '../../domain/optimisation/request.ts'
import type {
  OptimisationResult,
  OptimisationRun,
  OptimisationStatus,
  Proposal,
} from '../../domain/optimisation/result.ts'
import type { OptimisationStore } from '../../store/maintenance/optimisations.ts'
import { otherWeights } from '../../domain/optimisation/subject-others.ts'
import { proposeVersion } from '../../domain/optimisation/propose-version.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import { isVersionAction } from '../../domain/optimisation/actions.ts'
import { object, optional } from '../../domain/reading/composites.ts'
import { readInput } from '../read-input.ts'
import { text } from '../../domain/reading/scalars.ts'

export interface OpenOptimisationInput {
  readonly runId: string
  readonly workflowId: string
  readonly request: OptimisationRequest
}

export interface RecordOptimisationInput {
  readonly runId: string
  /** From 1. */
  readonly number: number
  readonly result: OptimisationResult
}

export interface OptimisationPlanDeps {
  readonly catalog: Catalog
  readonly routingTable: RoutingTable
  readonly nodes: Pick<NodeStore, 'read'>
  readonly optimisations: OptimisationStore
}

/** More would take a night. */
const MOST_SUBJECTS = 10

const filter = object({ id: optional(text()) })

/** What an optimisation begins with, what it writes down, and what people read of it. Each may be run twice. */
export function createOptimisationPlanActivities(deps: OptimisationPlanDeps) {
  const { catalog, nodes, optimisations } = deps
  return {
    openOptimisation: async (input: OpenOptimisationInput): Promise<OpenedOptimisation> => {
      const opened = await open(deps, input.request)
      if (opened.status === 'opened') {
        const { runId, workflowId, request } = input
        await optimisations.begin({ runId, workflowId, by: request.by, request })
      }
      return opened
    },
    recordOptimisation: async ({ runId, number, result }: RecordOptimisationInput): Promise<void> => {
      await optimisations.record(runId, number, result)
    },
    closeOptimisation: async (input: {
      readonly runId: string
      readonly status: Exclude<OptimisationStatus, 'running'>
    }): Promise<void> => {
      await optimisations.end(input.runId, input.status)
    },
    /** The version that would hold a setting, or holds it already. */
    proposeSetting: async (input: {
      readonly subject: TuningSubject
      readonly tuning: TuningSubject['tuning']
    }): Promise<Proposal> => proposeVersion(catalog, input.subject, input.tuning),
    /** For people: as a standalone activity. */
    listOptimisations: async (input: {
      readonly id?: string
    }): Promise<{ readonly runs: readonly OptimisationRun[] }> => ({
      runs: await optimisations.list(readInput(filter, input, 'the filter')),
    }),
    /** Where a version is to be tried when its node is gone. */
    findTrialNode: async (name: {
      readonly model: string
      readonly version: string
    }): Promise<{ readonly nodeId?: string }> => {
      const nodeId = chooseTrialNode(await nodes.read(), name)
      return nodeId === undefined ? {} : { nodeId }
    },
  }
}

export type OptimisationPlanActivities = ReturnType<typeof createOptimisationPlanActivities>

async function open(
  { catalog, routingTable, nodes }: OptimisationPlanDeps,
  { model, version, actions, compareWith }: OptimisationRequest,
): Promise<OpenedOptimisation> {
  if (!actions.some(isVersionAction)) return { status: 'opened', subjects: [] }
  const [table, view] = await Promise.all([routingTable.read(), nodes.read()])
  const found = findSubjects(catalog, new Map(Object.entries(table)), {
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
  })
  if ('problem' in found) return { status: 'refused', problem: found.problem }
  const subjects = found.subjects.slice(0, MOST_SUBJECTS).map((subject) => ({
    subject,
    nodeId: chooseTrialNode(view, subject),
    ...otherWeights(catalog, subject, compareWith),
  }))
  const unknown = subjects.flatMap((subject) => subject.unknown)
  const isAnyLeft = subjects.some(({ others }) => others.length > 0)
  if (compareWith !== undefined && unknown.length > 0 && (model !== undefined || !isAnyLeft)) {
    return {
      status: 'refused',
      problem: `compareWith: ${unknown.join(', ')} is no other version with weights of its own`,
    }
  }
  return {
    status: 'opened',
    subjects: subjects.map(({ subject, nodeId, others }) => ({ subject, nodeId, others })),
  }
}

/** What is never idle. */
export async function readActiveVersions({
  catalog,
  routingTable,
}: Pick<OptimisationPlanDeps, 'catalog' | 'routingTable'>) {
  return activeVersions(catalog, new Map(Object.entries(await routingTable.read())))
}
