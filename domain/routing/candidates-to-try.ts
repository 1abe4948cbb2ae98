import type { Candidate } from './candidate.ts'
import type { RouteDecision } from './route.ts'
import type { RouteInput, RouteOption } from './route-input.ts'

/**
 * The candidates of a decision. Where there are none, those that only rest after failures, in the configured order:
 * whoever asks them is told for how long they still do.
 */
export function candidatesToTry({ options }: RouteInput, decision: RouteDecision): readonly Candidate[] {
  if (decision.candidates.length > 0) return decision.candidates
  const unhealthy = new Set(
    decision.reasons
      .filter(({ broken }) => broken.length === 1 && broken[0] === 'healthy')
      .map(({ model }) => model),
  )
  return options
    .filter((option) => unhealthy.has(option.candidate.model) && isResting(option))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ candidate }) => candidate)
}

/** One that is not ready does not come back by itself. */
function isResting({ breaker, isReady }: RouteOption): boolean {
  return breaker === 'open' && isReady
}
