import type { MissingModel } from '../domain/routing/route-input.ts'
import { decideRoute } from '../domain/routing/decide-route.ts'
import { inlineContent } from '../domain/content-ref.ts'
import type { LocalCatalog } from './local-models.ts'
import type { RouteExplanation } from '../domain/routing/route-explanation.ts'
import type { RouteRequest } from '../domain/routing/route-input-for.ts'
import { tenantPreferences } from '../domain/catalog/tenant-preferences.ts'
import { textMessage } from '../domain/message.ts'

/** What is asked about. */
export type ExplainedRequest = Omit<RouteRequest, 'messages'> & {
  readonly prompt: string
  /** Default `default`. */
  readonly tenant?: string
  /** Share of the budget that is left, 0 to 1. */
  readonly budgetLeftShare?: number
}

/** Decides about a prompt as a system with this catalog would, were nothing measured yet. */
export function explainRoute(
  { whole, here }: LocalCatalog,
  { prompt, tenant = 'default', budgetLeftShare, ...request }: ExplainedRequest,
): RouteExplanation {
  const messages = prompt === '' ? [] : [textMessage('user', inlineContent(prompt))]
  const facts = {
    ...tenantPreferences(here.catalog, tenant),
    ...(budgetLeftShare === undefined ? {} : { budget: { leftShare: budgetLeftShare } }),
  }
  return {
    ...decideRoute(here.catalog, { ...request, messages }, facts),
    absent: absentModels({ whole, here }),
    skipped: here.skipped,
  }
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
