import type { AttemptStatus } from '../../store/ledger/ledger.ts'
import type { Database } from '../../store/database.ts'
import type { FailureKind } from '../../domain/failure.ts'
import { sql } from 'drizzle-orm'

/** An attempt as it stands in the ledger, with a past of its own. */
export interface LedgerRow {
  readonly operationId: string
  readonly number?: number
  readonly tenant?: string
  readonly user?: string
  readonly model?: string
  readonly provider?: string
  readonly endpoint?: string
  readonly status?: AttemptStatus
  readonly failureKind?: FailureKind
  readonly reservedNanoUsd?: number
  readonly costNanoUsd?: number
  readonly tokens?: readonly [input: number, output: number]
  readonly latencyMs?: number
  /** How long ago it was opened and its operation accepted, in minutes. */
  readonly minutesAgo?: number
}

/** Writes rows that are older than a test can wait for. */
export async function writeRows({ queries }: Database, rows: readonly LedgerRow[]): Promise<void> {
  for (const row of rows) {
    const { operationId, number = 1, tenant = 'acme', user = null, model = 'small', minutesAgo = 0 } = row
    const { provider = 'simulated', endpoint = 'simulated-1', status = 'completed', failureKind = null } = row
    const { reservedNanoUsd = 900, costNanoUsd = null, tokens = [null, null], latencyMs = null } = row
    const openedAt = sql`now() - make_interval(mins => ${minutesAgo}::int)`
    await queries.execute(sql`
      insert into operations (operation_id, kind, tenant, "user", request_hash, decision, candidates, accepted_at)
      values (${operationId}, 'call', ${tenant}, ${user}, 'hash', '{}', '[]', ${openedAt})
      on conflict do nothing`)
    await queries.execute(sql`
      insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate,
        status, failure_kind, reserved_nano_usd, cost_nano_usd, price, price_version, input_tokens, output_tokens,
        latency_ms, opened_at)
      values (${`${operationId}@run#${number}`}, ${operationId}, 'run', ${number}, ${model}, 'v1', ${provider},
        ${endpoint}, '{}', ${status}, ${failureKind}, ${reservedNanoUsd}, ${costNanoUsd}, '{}', 'p1', ${tokens[0]},
        ${tokens[1]}, ${latencyMs}, ${openedAt})`)
  }
}

/** Rows of every kind: answers, a fallback, an open call, an unknown outcome, a cancelled one, and an old one. */
export const ROWS: readonly LedgerRow[] = [
  { operationId: 'a/1', user: 'ann', costNanoUsd: 100, tokens: [10, 1], latencyMs: 100 },
  {
    operationId: 'a/2',
    user: 'ann',
    status: 'failed',
    failureKind: 'overloaded',
    costNanoUsd: 0,
    latencyMs: 50,
  },
  {
    operationId: 'a/2',
    number: 2,
    model: 'large',
    endpoint: 'simulated-2',
    costNanoUsd: 300,
    tokens: [30, 3],
    latencyMs: 300,
  },
  { operationId: 'a/3', status: 'ambiguous', failureKind: 'worker-lost', costNanoUsd: 900, minutesAgo: 30 },
  { operationId: 'a/4', status: 'ambiguous', failureKind: 'cancelled', costNanoUsd: 900, minutesAgo: 45 },
  { operationId: 'b/1', tenant: 'bolt', status: 'open', reservedNanoUsd: 700 },
  { operationId: 'a/0', user: 'ann', costNanoUsd: 5, tokens: [1, 1], latencyMs: 10, minutesAgo: 90 },
]
