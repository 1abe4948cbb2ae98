import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptReport, CallRefusal } from '../../../domain/call-result.ts'
import { CallRefusedError } from '../../../client/errors.ts'
import { callWorkflowId } from '../../../domain/ids.ts'
import type { PlannedRequest } from './plan-request.ts'
import type { Switchyard } from '../../../client/switchyard.ts'
import { untilAnswered } from './patience.ts'

/** How a request ended for its caller. */
export type RequestEnd =
  | {
      readonly kind: 'answered' | 'refused'
      /** The answer, or the reason. */
      readonly text: string
      readonly costNanoUsd: number
      readonly attempts: readonly AttemptReport[]
    }
  | { readonly kind: 'cancelled' | 'terminated'; readonly text: string }

/** The operation of a request, which is also its workflow. */
export function operationOf({ tenant, requestId }: PlannedRequest): string {
  return callWorkflowId(tenant, requestId)
}

/** Between a reset and the next look at the run that follows it, in milliseconds. */
const RESET_PAUSE_MS = 500

/**
 * Sends a request, under the same id until it is accepted, and asks for its end until there is one: what a caller does
 * whose server comes and goes.
 * @throws the last error when the signal is aborted
 */
export async function makeRequest(
  switchyard: Switchyard,
  planned: PlannedRequest,
  signal: AbortSignal,
  onAccepted: () => void = () => {},
): Promise<RequestEnd> {
  const { requestId, tenant, user, task, prompt } = planned
  const start = () => switchyard.startCall({ prompt, task }, { requestId, tenant, user })
  for (let isFirst = true; ; isFirst = false) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const handle = await untilAnswered(signal, start)
    if (isFirst) onAccepted()
    // oxlint-disable-next-line no-await-in-loop
    const end = await untilAnswered(signal, () => endOf(handle))
    // A reset ends the run that was waited for; asked again, the same request tells of the run that follows.
    if (end.kind !== 'terminated' || planned.intervention !== 'reset' || signal.aborted) return end
    // oxlint-disable-next-line no-await-in-loop
    await sleep(RESET_PAUSE_MS)
  }
}

async function endOf(handle: Awaited<ReturnType<Switchyard['startCall']>>): Promise<RequestEnd> {
  try {
    const { text, costNanoUsd, attempts } = await handle.result()
    return { kind: 'answered', text, costNanoUsd, attempts }
  } catch (error) {
    if (error instanceof CallRefusedError) return toEnd(error.refusal)
    throw error
  }
}

function toEnd({ kind, reason, attempts, costNanoUsd }: CallRefusal): RequestEnd {
  if (kind !== 'cancelled') return { kind: 'refused', text: reason, costNanoUsd, attempts }
  const wasTerminated = reason.startsWith('was terminated from outside')
  return { kind: wasTerminated ? 'terminated' : 'cancelled', text: reason }
}
