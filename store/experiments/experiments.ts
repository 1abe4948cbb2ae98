import { desc, eq, sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import type {
  ExperimentFilter,
  ExperimentPublication,
  ExperimentRecord,
  PublishOutcome,
} from '../../domain/experiments/experiment-record.ts'
import { experiments, experimentUnits } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** Which variant an operation has. */
export interface AssignedVariant {
  readonly experimentId: string
  readonly variant: string
  readonly key: string
}

/** Experiments, and which operation got which of their variants. Every method may be run twice. */
export interface ExperimentStore {
  /** Writes how it stands. Only the workflow that wrote it first may. */
  publish(publication: ExperimentPublication): Promise<PublishOutcome>
  find(experimentId: string): Promise<ExperimentRecord | undefined>
  /** The newest first. */
  list(filter: ExperimentFilter): Promise<readonly ExperimentRecord[]>
  /** What an operation was assigned before, whatever has become of the experiment. */
  assigned(operationId: string): Promise<AssignedVariant | undefined>
  /** Assigns once, and returns what stands then. */
  assign(operationId: string, assignment: AssignedVariant): Promise<AssignedVariant>
}

const MOST_LISTED = 200

const IS_ACTIVE = sql<boolean>`coalesce(${experiments.activeUntil} > clock_timestamp(), false)`

export function createExperimentStore(database: Database): ExperimentStore {
  const { queries } = database
  const records = (filter: ExperimentFilter) => {
    const { state, workflowId, startedAt, experimentId } = experiments
    return queries
      .select({ state, workflowId, startedAt, isActive: IS_ACTIVE })
      .from(experiments)
      .where(filter.id === undefined ? undefined : eq(experimentId, filter.id))
      .orderBy(desc(startedAt), experimentId)
      .limit(MOST_LISTED)
  }
  const assigned = async (operationId: string): Promise<AssignedVariant | undefined> => {
    const { experimentId, variant, unitKey: key } = experimentUnits
    const [found] = await queries
      .select({ experimentId, variant, key })
      .from(experimentUnits)
      .where(eq(experimentUnits.operationId, operationId))
    return found
  }
  return {
    publish: (publication) => publish(database, publication),
    find: async (id) => (await records({ id }))[0],
    list: async (filter) => records(filter),
    assigned,
    assign: async (operationId, { experimentId, variant, key }) => {
      await queries
        .insert(experimentUnits)
        .values({ operationId, experimentId, variant, unitKey: key })
        .onConflictDoNothing()
      const stands = await assigned(operationId)
      if (stands === undefined) throw new Error(`${operationId} was assigned a variant and has none`)
      return stands
    },
  }
}

async function publish(
  database: Database,
  { workflowId, runId, state, activeForMs }: ExperimentPublication,
): Promise<PublishOutcome> {
  const experimentId = state.definition.id
  const isOver = state.end !== undefined
  const activeUntil = isOver
    ? null
    : sql<string>`clock_timestamp() + make_interval(secs => ${activeForMs / 1000}::float8)`
  return inTransaction(database, async (transaction) => {
    await transaction
      .insert(experiments)
      .values({ experimentId, workflowId, runId, state, activeUntil })
      .onConflictDoUpdate({
        target: experiments.experimentId,
        set: { state, activeUntil },
        setWhere: sql`${experiments.workflowId} = ${workflowId} and ${experiments.runId} = ${runId}`,
      })
    const [stands] = await transaction
      .select({ workflowId: experiments.workflowId, runId: experiments.runId })
      .from(experiments)
      .where(eq(experiments.experimentId, experimentId))
    return stands === undefined || (stands.workflowId === workflowId && stands.runId === runId)
      ? { status: 'published' }
      : { status: 'taken', workflowId: stands.workflowId }
  })
}
