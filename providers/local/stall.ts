import { isInSlot } from './open-request.ts'
import type { OpenRequest } from './open-request.ts'

/** How long a cancelled generation may take to stop before its process is ended, if it is alone there. */
const CANCEL_GRACE_MS = 5000

/** Says why a host process should be ended: it is silent about a request that it works on. */
export function findStall(
  open: readonly OpenRequest[],
  nowMs: number,
  stallTimeoutMs: number,
): string | undefined {
  const working = open.filter(({ phase }) => phase !== 'queued')
  const silent = working.find(({ activeAtMs }) => nowMs - activeAtMs > stallTimeoutMs)
  if (silent !== undefined) {
    return `no prompt chunk and no token for ${stallTimeoutMs} ms (request ${silent.id} was ${silent.phase})`
  }
  const [only, ...others] = open.filter(isInSlot)
  const cancelledAtMs = only?.cancelledAtMs
  if (others.length > 0 || cancelledAtMs === undefined) return undefined
  return nowMs - cancelledAtMs > CANCEL_GRACE_MS
    ? `a cancelled generation did not stop within ${CANCEL_GRACE_MS} ms`
    : undefined
}
