import type { SettlementOutcome, SettlementRecord } from '../store/ledger/ledger.ts'
import { type AdmissionActivityDeps, draftWithFacts } from './admission.ts'
import type { AdmitCall, AdmitOutcome } from './admit-call.ts'

/** One attempt that ended, and the one that follows it in the same transaction. */
export type SettleCall = Omit<SettlementRecord, 'next'> & { readonly next?: AdmitCall }

export type SettleOutcome = Omit<SettlementOutcome, 'next'> & { readonly next?: AdmitOutcome }

/** Closes attempts and books them. Retried without end by its callers: an unsettled attempt is a lost bill. */
export function createSettlementActivities(deps: AdmissionActivityDeps) {
  return {
    settleCalls: async (input: {
      readonly settlements: readonly SettleCall[]
    }): Promise<readonly SettleOutcome[]> => {
      const drafts = await Promise.all(
        input.settlements.map(async ({ next, ...settlement }) => ({
          settlement,
          next: next === undefined ? undefined : await draftWithFacts(next, deps),
        })),
      )
      const outcomes = await deps.ledger.settle(
        drafts.map(({ settlement, next }) =>
          next !== undefined && 'record' in next ? { ...settlement, next: next.record } : settlement,
        ),
      )
      await deps.keepContents?.(input.settlements.map(({ operationEnd }) => operationEnd?.result))
      return outcomes.map((outcome, index) => {
        const next = drafts[index]?.next
        return next !== undefined && 'rejected' in next
          ? { ...outcome, next: { status: 'rejected', reason: next.rejected } }
          : outcome
      })
    },
  }
}

export type SettlementActivities = ReturnType<typeof createSettlementActivities>
