import type { Requirement } from './requirements.ts'
import type { Candidate } from './candidate.ts'
import type { RouteDecision } from './route.ts'
import type { RouteInput, RouteOption } from './route-input.ts'
import { versionKey } from './route-facts.ts'

/** What comes back by itself: whoever asks meanwhile waits, or is told for how long. */
const PASSING: ReadonlySet<Requirement> = new Set(['healthy', 'deployed'])

/**
 * The candidates of a decision, and behind them those that only rest after failures, in the configured order: they may
 * be back when the others have failed, and whoever asks them before is told for how long they rest. So do those that come
 * back little by little. Where there is nothing else, those that the health check took out, and those that no GPU node has
 * ready: the request waits in their queue while a node comes back.
 */
export function candidatesToTry({ options }: RouteInput, decision: RouteDecision): readonly Candidate[] {
  const missing = new Set(
    decision.reasons
      .filter(({ broken }) => isOnlyPassing(broken))
      .map(({ model, version = '' }) => versionKey({ model, version })),
  )
  const comingBack = options
    .filter((option) => missing.has(versionKey(option.candidate)) && comesBack(option))
    .toSorted((left, right) => left.rank - right.rank)
  const resting = comingBack.filter(takesRequests)
  const known = [...decision.candidates, ...resting.map(({ candidate }) => candidate)]
  const absent = comingBack.filter((option) => !takesRequests(option)).map(({ candidate }) => candidate)
  return decision.candidates.length > 0 ? known : [...known, ...absent]
}

function isOnlyPassing(broken: RouteDecision['reasons'][number]['broken']): boolean {
  return broken.length > 0 && broken.every((requirement) => PASSING.has(requirement))
}

/** An endpoint that is not ready does not come back by itself. */
function comesBack({ breaker, isReady, isDeployed, heldBack }: RouteOption): boolean {
  return isReady && (breaker === 'open' || !isDeployed || heldBack !== undefined)
}

/** Sending it something is worth a try. */
function takesRequests({ isDeployed, heldBack }: RouteOption): boolean {
  return isDeployed && heldBack?.isComingBack !== false
}
