import type { AdmissionActivities } from '../../activities/admission.ts'
import type { AdmitOutcome } from '../../activities/admit-call.ts'
import type { SettlementActivities } from '../../activities/settlement.ts'
import { LEDGER_METRICS } from './ledger-definitions.ts'
import type { MetricRegistry } from './metric-registry.ts'

type Books = AdmissionActivities & SettlementActivities

/** Counts what calls that ask for an attempt are told, those that follow a failed attempt included. */
export function countAdmissions(registry: MetricRegistry): (books: Books) => Books {
  const admissions = registry.counter(LEDGER_METRICS.admissions)
  const count = (outcome: AdmitOutcome): void => admissions.inc({ outcome: outcome.status })
  return (books) => ({
    admitCalls: async (input) => {
      const outcomes = await books.admitCalls(input)
      for (const outcome of outcomes) count(outcome)
      return outcomes
    },
    settleCalls: async (input) => {
      const outcomes = await books.settleCalls(input)
      for (const { next } of outcomes) if (next !== undefined) count(next)
      return outcomes
    },
  })
}
