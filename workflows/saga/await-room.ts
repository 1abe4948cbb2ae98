import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { CallDesks, GateStep } from './hindrance.ts'
import { wasCancelledDuring } from './was-cancelled-during.ts'

type Waits = Extract<AdmitOutcome, { status: 'wait' }>

/** A call waits for endpoints that rest after failures no longer than this in all: two rests, in milliseconds. */
const HEALTH_PATIENCE_MS = 130_000

/** Waits durably until it is worth asking again. A cancellation of the surrounding scope ends the wait. */
export async function awaitRoom(
  asked: AdmitCall,
  { because, waitMs, reason }: Waits,
  { healthWaitedMs, mostMs }: { readonly healthWaitedMs: number; readonly mostMs: number },
  { books }: CallDesks,
): Promise<GateStep> {
  if (because === 'health' && healthWaitedMs >= HEALTH_PATIENCE_MS) {
    return refused('rejected', `no model can take it now: ${reason}`)
  }
  if (mostMs <= 0) return refused('rejected', `there is no time left to wait: ${reason}`)
  const wasCancelled = await wasCancelledDuring(() => books.pause(Math.min(mostMs, waitMs)))
  if (wasCancelled) return refused('cancelled', `the call was cancelled while it waited: ${reason}`)
  return { asked }
}

function refused(kind: 'rejected' | 'cancelled', reason: string): GateStep {
  return { refusal: { kind, reason } }
}
