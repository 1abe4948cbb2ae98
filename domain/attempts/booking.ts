import type { CallFailure } from '../failure.ts'
import type { Usage } from '../usage.ts'
import { FAILURE_POLICIES } from './failure-policy.ts'

/** How a failed attempt is closed in the ledger. */
export interface FailedBooking {
  readonly status: 'failed' | 'cancelled' | 'ambiguous'
  readonly charge: 'usage' | 'reserved' | 'nothing'
}

/**
 * Known usage is booked as it is. Without it, an attempt that cannot have been billed is free, and one that may
 * have been is `ambiguous` and booked at its reservation: never below what the provider may ask for.
 */
export function bookFailure(failure: CallFailure, usage: Usage | undefined): FailedBooking {
  const closed = failure.kind === 'cancelled' ? 'cancelled' : 'failed'
  if (usage !== undefined) return { status: closed, charge: 'usage' }
  const charge = FAILURE_POLICIES[failure.kind].chargeWithoutUsage
  return { status: charge === 'reserved' ? 'ambiguous' : closed, charge }
}
