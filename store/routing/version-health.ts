import type { CheckedVersion, VersionHealth } from '../../domain/maintenance/health/version-health.ts'
import {
  consecutiveOf,
  type HealthEvent,
  type HealthRules,
  type HealthState,
  type HealthStatus,
  HEALTHY,
  sharePercentOf,
} from '../../domain/maintenance/health/health-state.ts'
import { and, asc, eq } from '../drizzle.ts'
import type { Database, Transaction } from '../connection.ts'
import { inTransaction } from '../transaction.ts'
import { CLOCK } from '../moments.ts'
import { nextHealth } from '../../domain/maintenance/health/transition.ts'
import { versionHealth } from '../schema.ts'

/** What a check found out about one version at its endpoint, in the order in which it happened. */
export interface CheckedHealth extends CheckedVersion {
  readonly events: readonly HealthEvent[]
}

/** All that one check found out. */
export interface HealthCheckRecord {
  /** The same check again changes nothing. */
  readonly checkId: string
  readonly rules: HealthRules
  readonly checked: readonly CheckedHealth[]
}

/** How a version stands after a check, and how it stood before. */
export interface RecordedHealth extends VersionHealth {
  readonly before: HealthStatus
}

/** What stands in the table of a version. */
export interface KeptHealth extends VersionHealth {
  readonly state: HealthState
  /** Calls before this moment say nothing, in milliseconds since the epoch. */
  readonly countedFromMs?: number
}

/** The health of versions, for the health check that writes it and for all who look. */
export interface VersionHealthStore {
  /** One round trip, by model and version. */
  read(): Promise<readonly KeptHealth[]>
  /** Takes in what a check found out, in one transaction. May be run twice. */
  record(check: HealthCheckRecord): Promise<readonly RecordedHealth[]>
}

export function createVersionHealthStore(database: Database): VersionHealthStore {
  return {
    read: () => readKept(database),
    record: (check) =>
      inTransaction(database, async (transaction) => {
        const recorded: RecordedHealth[] = []
        for (const one of inOrder(check.checked)) {
          // oxlint-disable-next-line no-await-in-loop -- one order for all transactions, so that no two wait for each other
          recorded.push(await recordOne(transaction, one, check))
        }
        return recorded
      }),
  }
}

/**
 * How every checked version stands, by model and version: one round trip. A status that changed did so at `changedAtMs`;
 * `checkedAtMs` is the last look.
 */
export async function readVersionHealth(
  database: Pick<Database, 'frequentQueries'>,
): Promise<readonly VersionHealth[]> {
  return (await readKept(database)).map(withoutState)
}

async function readKept({
  frequentQueries,
}: Pick<Database, 'frequentQueries'>): Promise<readonly KeptHealth[]> {
  const { model, version, endpoint } = versionHealth
  const rows = await frequentQueries
    .select()
    .from(versionHealth)
    .orderBy(asc(model), asc(version), asc(endpoint))
  return rows.map(toKept)
}

type Row = typeof versionHealth.$inferSelect

function toKept(row: Row): KeptHealth {
  const { model, version, endpoint, status, consecutive, reason, sharePercent, state } = row
  return {
    model,
    version,
    endpoint,
    status,
    consecutive,
    ...(reason === null ? {} : { reason }),
    sharePercent,
    changedAtMs: Date.parse(row.changedAt),
    checkedAtMs: Date.parse(row.checkedAt),
    state,
    ...(row.countedFrom === null ? {} : { countedFromMs: Date.parse(row.countedFrom) }),
  }
}

function inOrder(checked: readonly CheckedHealth[]): readonly CheckedHealth[] {
  const keyOf = ({ model, version, endpoint }: CheckedHealth) => JSON.stringify([model, version, endpoint])
  return checked.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

async function recordOne(
  transaction: Transaction,
  { model, version, endpoint, events }: CheckedHealth,
  { checkId, rules }: HealthCheckRecord,
): Promise<RecordedHealth> {
  const name = { model, version, endpoint }
  const isIt = and(
    eq(versionHealth.model, model),
    eq(versionHealth.version, version),
    eq(versionHealth.endpoint, endpoint),
  )
  const fresh = columnsOf(HEALTHY, rules)
  await transaction
    .insert(versionHealth)
    .values({ ...name, ...fresh, statusBefore: 'healthy', checkId: '', changedAt: CLOCK, checkedAt: CLOCK })
    .onConflictDoNothing()
  const [row] = await transaction.select().from(versionHealth).where(isIt).for('update')
  if (row === undefined) throw new Error(`the health of ${model} ${version} was neither written nor found`)
  if (row.checkId === checkId) return { ...withoutState(toKept(row)), before: row.statusBefore }
  const after = events.reduce((state, event) => nextHealth(state, event, rules), row.state)
  const isChanged = after.status !== row.status
  const [written] = await transaction
    .update(versionHealth)
    .set({
      ...columnsOf(after, rules),
      statusBefore: row.status,
      checkId,
      checkedAt: CLOCK,
      ...(isChanged ? { changedAt: CLOCK } : {}),
      // What its users met before it came back is over.
      ...(isChanged && after.status === 'returning' ? { countedFrom: CLOCK } : {}),
    })
    .where(isIt)
    .returning()
  if (written === undefined) throw new Error(`the health of ${model} ${version} could not be written`)
  return { ...withoutState(toKept(written)), before: row.status }
}

function columnsOf(state: HealthState, rules: HealthRules) {
  return {
    status: state.status,
    consecutive: consecutiveOf(state),
    reason: 'reason' in state ? state.reason : null,
    sharePercent: sharePercentOf(state, rules),
    state,
  }
}

function withoutState({ state: _state, countedFromMs: _from, ...health }: KeptHealth): VersionHealth {
  return health
}
