import { type Classification, classify } from '../domain/routing/classify.ts'
import { route, type RouteDecision } from '../domain/routing/route.ts'
import { routeInputFor, type RouteRequest } from '../domain/routing/route-input-for.ts'
import { inlineContent } from '../domain/content-ref.ts'
import type { LocalCatalog } from './local-models.ts'
import type { MissingModel, RouteInput } from '../domain/routing/route-input.ts'
import { textMessage } from '../domain/message.ts'
import { expectedInputTokens } from '../domain/usage-estimate.ts'

/** A decision with all that led to it. */
export interface RouteExplanation {
  readonly classification: Classification
  readonly input: RouteInput
  readonly decision: RouteDecision
  /** Models of the catalog file that cannot be called here, and why. */
  readonly absent: readonly MissingModel[]
}

/** What is asked about. */
export type ExplainedRequest = Omit<RouteRequest, 'messages'> & {
  readonly prompt: string
  /** Share of the budget that is left, 0 to 1. */
  readonly budgetLeftShare?: number
}

/** Decides about a prompt as a system with this catalog would, were nothing measured yet. */
export function explainRoute(
  { whole, here }: LocalCatalog,
  { prompt, budgetLeftShare, ...request }: ExplainedRequest,
): RouteExplanation {
  const messages = prompt === '' ? [] : [textMessage('user', inlineContent(prompt))]
  const classification = classify({
    text: prompt,
    estimatedInputTokens: expectedInputTokens({ messages }),
    ...(request.task === undefined ? {} : { declared: request.task }),
  })
  const { task, complexity } = classification
  const facts = budgetLeftShare === undefined ? {} : { budget: { leftShare: budgetLeftShare } }
  const input = routeInputFor(here.catalog, { complexity, ...request, task, messages }, facts)
  return { classification, input, decision: route(input), absent: absentModels({ whole, here }) }
}

function absentModels({ whole, here: { catalog, skipped } }: LocalCatalog): readonly MissingModel[] {
  const reasons = new Map(skipped.map(({ endpoint, reason }) => [endpoint, reason]))
  return Object.values(whole.models)
    .filter(({ name }) => catalog.models[name] === undefined)
    .map(({ name, versions }) => {
      const causes = versions.flatMap(({ endpoint }) => {
        const reason = reasons.get(endpoint)
        return reason === undefined ? [] : [`its endpoint ${endpoint} ${reason}`]
      })
      return { model: name, reason: [...new Set(causes)].join('; ') }
    })
}
