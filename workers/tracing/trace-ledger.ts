import type { LedgerObserver } from '../../store/ledger/ledger-observer.ts'
import { settlementSpans } from './settlement-spans.ts'
import type { Tracer } from './tracer.ts'

/** Adds what the ledger settles to traces, and sends it before the workflow hears of the settlement. */
export function traceLedger(tracer: Tracer): LedgerObserver {
  return {
    settled: async (batch) => {
      tracer.emit(settlementSpans(batch, tracer.ids))
      await tracer.flush()
    },
  }
}

/** Tells several. */
export function observeTogether(observers: readonly LedgerObserver[]): LedgerObserver {
  return {
    settled: async (batch) => {
      await Promise.all(observers.map(async (observer) => observer.settled(batch)))
    },
  }
}
