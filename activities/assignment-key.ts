import type { AdmitCall } from './admit-call.ts'
import { assignmentKey } from '../domain/rollout/assign.ts'

/** Who asks, and the session that it belongs to. */
export interface AssignedCaller {
  readonly tenant: string
  readonly user?: string
  readonly session?: string | undefined
}

/** What a call is assigned to a version by; the legs of one call are one request. */
export function callKey({
  kind,
  operationId,
  taskId,
  tenant,
  user,
  request,
}: Omit<AdmitCall, 'runId' | 'number'>): string {
  const { session } = request
  const requestId = kind === 'leg' ? (taskId ?? operationId) : operationId
  return assignmentKey({ ...scoped({ tenant, ...(user === undefined ? {} : { user }), session }), requestId })
}

/** The same of a caller alone; `undefined` where each of its requests is assigned by itself. */
export function callerKey(caller: AssignedCaller): string | undefined {
  const { sessionId, userId } = scoped(caller)
  if (sessionId === undefined && userId === undefined) return undefined
  return assignmentKey({ sessionId, userId, requestId: '' })
}

/** Sessions and users of two tenants are not the same ones. */
function scoped({ tenant, user, session }: AssignedCaller) {
  return {
    sessionId: session === undefined ? undefined : `${tenant}/${session}`,
    userId: user === undefined ? undefined : `${tenant}/${user}`,
  }
}
