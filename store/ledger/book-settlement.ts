import { costNanoUsd, type Price } from '../../domain/catalog/price.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { Usage } from '../../domain/usage.ts'
import type { AttemptStatus, SettlementRecord } from './ledger.ts'

/** The part of a ledger row that decides what a settlement does to it. */
export interface AttemptState {
  readonly attemptId: string
  readonly operationId: string
  readonly status: AttemptStatus
  readonly reservedNanoUsd: NanoUsd
  /** Null while it is open. */
  readonly costNanoUsd: NanoUsd | null
  readonly price: Price
}

/** How a row is written when it is closed or corrected. */
export interface Booking {
  readonly status: SettlementRecord['status']
  readonly costNanoUsd: NanoUsd
  /** What the row was booked at before late usage corrected it. */
  readonly bookedBeforeNanoUsd: NanoUsd | null
}

/**
 * Decides what a settlement does to a row: an open one is closed, an ambiguous one whose usage is known after all is
 * corrected, any other keeps its booking (`undefined`).
 */
export function bookSettlement(row: AttemptState, record: SettlementRecord): Booking | undefined {
  if (row.status === 'open') {
    return { status: record.status, costNanoUsd: chargeOf(row, record), bookedBeforeNanoUsd: null }
  }
  const settled = record.status !== 'ambiguous' && record.usage !== undefined
  if (row.status !== 'ambiguous' || !settled) return undefined
  return {
    status: record.status,
    costNanoUsd: costNanoUsd(record.usage, row.price),
    bookedBeforeNanoUsd: row.costNanoUsd,
  }
}

function chargeOf(row: AttemptState, record: SettlementRecord): NanoUsd {
  const known = record.charge === 'nothing' ? 0 : charged(row, record.charge, record.usage)
  // The provider may ask for all that was reserved, whatever part of it was seen.
  return record.status === 'ambiguous' ? Math.max(known, row.reservedNanoUsd) : known
}

// Without figures the reservation is the only amount that cannot be too low.
function charged(row: AttemptState, charge: 'usage' | 'reserved', usage: Usage | undefined): NanoUsd {
  return charge === 'usage' && usage !== undefined ? costNanoUsd(usage, row.price) : row.reservedNanoUsd
}
