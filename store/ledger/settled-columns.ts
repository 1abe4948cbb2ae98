import { attempts, endpointHealth, operations } from '../schema.ts'
import type { AttemptFacts } from './ledger-observer.ts'
import { sql } from '../drizzle.ts'

/** What those who watch settlements want to know beside: as one document, because each column of its own costs time. */
const FACTS = sql<StoredFacts>`json_build_object(
  'model', ${attempts.model}, 'version', ${attempts.version}, 'provider', ${attempts.provider},
  'openedAtMs', extract(epoch from ${attempts.openedAt}) * 1000,
  'closedAtMs', extract(epoch from ${attempts.closedAt}) * 1000,
  'kind', ${operations.kind}, 'tenant', ${operations.tenant}, 'user', ${operations.user},
  'workflowId', coalesce(${operations.taskId}, ${operations.operationId}),
  'acceptedAtMs', extract(epoch from ${operations.acceptedAt}) * 1000)`

export type StoredFacts = Omit<AttemptFacts, 'attemptId' | 'operationId' | 'endpoint'>

/** What is read of an attempt that is to be settled, joined with its operation and its endpoint's health. */
export const SETTLED_COLUMNS = {
  attemptId: attempts.attemptId,
  operationId: attempts.operationId,
  status: attempts.status,
  reservedNanoUsd: attempts.reservedNanoUsd,
  costNanoUsd: attempts.costNanoUsd,
  price: attempts.price,
  reservation: attempts.reservation,
  endpoint: attempts.endpoint,
  quotaPool: attempts.quotaPool,
  breaker: endpointHealth.breaker,
  facts: FACTS,
}
