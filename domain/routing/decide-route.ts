import { route, type RouteDecision } from './route.ts'
import { routeInputFor, type RouteRequest } from './route-input-for.ts'
import type { Catalog } from '../catalog/model.ts'
import type { Classification } from './classify.ts'
import { classifiedRequest, type KnownTexts } from './classified-request.ts'
import type { RouteFacts } from './route-facts.ts'
import type { RouteInput } from './route-input.ts'

/** A decision with all that led to it: `route` makes it again from `input`. */
export interface RoutedRequest {
  readonly classification: Classification
  readonly input: RouteInput
  readonly decision: RouteDecision
}

/** What a request is taken to be about, and how hard. */
type Judged = Pick<Classification, 'task' | 'complexity'>

/**
 * Decides about a request as admission does. A model that the budget has no room for is no candidate while another one
 * fits; where none fits, what is left is not looked at: the budget's own policy says whether the call is refused, waits
 * or asks a person.
 * @param judged what a model said where the rules were unsure; default: what the rules say. What the request declares
 *   goes before.
 * @param texts beginnings of what travels by reference
 */
export function decideRoute(
  catalog: Catalog,
  request: RouteRequest,
  facts: RouteFacts,
  judged?: Judged,
  texts?: KnownTexts,
): RoutedRequest {
  const classification = withJudgement(classifiedRequest(request, texts), request, judged)
  const { task, complexity } = classification
  const input = routeInputFor(catalog, { ...request, task, complexity }, facts)
  const decision = route(input)
  if (!isOnlyTooDear(decision)) return { classification, input, decision }
  const { leftNanoUsd: _left, ...budget } = input.budget
  const unbounded = { ...input, budget }
  return { classification, input: unbounded, decision: route(unbounded) }
}

function withJudgement(
  rules: Classification,
  { task, complexity }: RouteRequest,
  judged: Judged | undefined,
): Classification {
  if (judged === undefined) return rules
  return {
    ...rules,
    task: task ?? judged.task,
    complexity: complexity ?? judged.complexity,
    isUnsure: false,
  }
}

function isOnlyTooDear({ candidates, reasons }: RouteDecision): boolean {
  if (candidates.length > 0) return false
  return reasons.some(({ broken }) => broken.length === 1 && broken[0] === 'affordable')
}
