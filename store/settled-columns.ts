import { attempts, endpointHealth } from './schema.ts'

/** What is read of an attempt that is to be settled, joined with its endpoint's health. */
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
}
