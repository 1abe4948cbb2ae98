import type { AttemptStatus } from '../../store/ledger/ledger.ts'
import type { Database } from '../../store/database.ts'
import type { FailureKind } from '../../domain/failure.ts'
import { placeOf } from '../../domain/rollout/assign.ts'
import { sql } from 'drizzle-orm'

export const ARMS = { model: 'chat', stableVersion: 'v1', canaryVersion: 'v2' } as const

/** A call of one arm, as it stands in the ledger. */
export interface ArmRow {
  readonly operationId: string
  readonly version: 'v1' | 'v2'
  /** P(canary) when it was assigned; absent for a call that was not. */
  readonly weight?: number
  readonly key?: string
  readonly kind?: 'call' | 'mirror'
  readonly number?: number
  readonly status?: AttemptStatus
  readonly failureKind?: FailureKind
  readonly finishReason?: string
  readonly schema?: 'valid' | 'invalid'
  readonly latencyMs?: number
  readonly firstMs?: number
  readonly outputTokens?: number
  readonly openedAtMs: number
  /** Default a minute from when it was opened. */
  readonly leaseEndsAtMs?: number
}

export async function writeArmRows({ queries }: Database, rows: readonly ArmRow[]): Promise<void> {
  for (const row of rows) {
    const { operationId, version, weight, key = null, kind = 'call', number = 1, openedAtMs } = row
    const { status = 'completed', failureKind = null, finishReason = 'stop', schema = null } = row
    const { latencyMs = null, firstMs = null, outputTokens = null } = row
    const { leaseEndsAtMs = openedAtMs + 60_000 } = row
    const share = weight === undefined ? null : version === 'v2' ? weight : 1 - weight
    const [opened, closed, lease] = [openedAtMs, openedAtMs + (latencyMs ?? 1), leaseEndsAtMs].map(
      (epochMs) => sql`to_timestamp(${epochMs}::float8 / 1000)`,
    )
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await queries.execute(sql`
      insert into operations (operation_id, kind, tenant, request_hash, decision, candidates)
      values (${operationId}, ${kind}, 'acme', 'hash', '{}', '[]') on conflict do nothing`)
    // oxlint-disable-next-line no-await-in-loop
    await queries.execute(sql`
      insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate,
        status, failure_kind, finish_reason, reserved_nano_usd, price, price_version, output_tokens, latency_ms,
        time_to_first_token_ms, traffic_epoch, traffic_share, assignment_key, answer_schema, opened_at, closed_at,
        lease_expires_at)
      values (${`${operationId}@run#${number}`}, ${operationId}, 'run', ${number}, ${ARMS.model}, ${version}, 'p', 'e',
        '{}', ${status}, ${failureKind}, ${status === 'completed' ? finishReason : null}, 0, '{}', 'p1', ${outputTokens},
        ${latencyMs}, ${firstMs}, 1, ${share}, ${key}, ${schema}, ${opened},
        ${status === 'open' ? null : closed}, ${lease})`)
  }
}

/** Keys that are assigned to an arm while the canary has this weight. */
export function keysOf(arm: 'canary' | 'stable', weight: number, count: number): readonly string[] {
  const keys: string[] = []
  for (let index = 0; keys.length < count; index++) {
    const key = `request:${arm}-${index}`
    if (placeOf(key, ARMS.model) < weight === (arm === 'canary')) keys.push(key)
  }
  return keys
}
