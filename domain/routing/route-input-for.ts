import type { Catalog, TaskDefaults } from '../catalog/model.ts'
import type { MissingModel, RouteInput } from './route-input.ts'
import { type ConsideredModel, consideredModels } from './input/considered-models.ts'
import { DEFAULT_WEIGHTS, type ScoreWeights } from '../catalog/score-weights.ts'
import type { ModelRequest, TaskType } from '../model-request.ts'
import { dataClassOf } from './data-class-of.ts'
import type { RouteFacts } from './route-facts.ts'
import { boundInputTokens, expectedInputTokens } from '../usage-estimate.ts'
import { neededCapabilities } from './input/needed-capabilities.ts'
import { toOptions } from './input/to-option.ts'

/**
 * What routing looks at of a request. Without messages, the prompt counts as empty; without a complexity nobody judged
 * it, and no rule for hard work applies.
 */
export type RouteRequest = Partial<ModelRequest>

/** Gathers everything that the decision about a request depends on into one JSON-safe value for `route`. */
export function routeInputFor(catalog: Catalog, request: RouteRequest, facts: RouteFacts = {}): RouteInput {
  const { task = 'chat', model, version, target, complexity, messages = [] } = request
  const { tenant, budget = {} } = facts
  const defaults: TaskDefaults = { ...catalog.tasks[task], ...tenant?.tasks?.[task] }
  const prompt = { ...request, messages }
  const considered = consideredModels(defaults, request)
  const tokens = { expected: expectedInputTokens(prompt), bound: boundInputTokens(prompt) }
  const context = { catalog, settings: request, tokens, task, defaults, facts }
  const found = considered.flatMap((entry) => toOptions(entry, context))
  return {
    catalogVersion: catalog.version,
    task,
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    ...(target === undefined ? {} : { target }),
    ...(complexity === undefined ? {} : { complexity }),
    dataClass: dataClassOf(request, facts),
    estimatedInputTokens: tokens.expected,
    needs: neededCapabilities(prompt),
    weights: weightsFor(request, task, { catalog, tenant }),
    hasOwnWeights: request.weights !== undefined,
    minQuality: defaults.minQuality ?? 0,
    budget: {
      ...(budget.leftNanoUsd === undefined ? {} : { leftNanoUsd: budget.leftNanoUsd }),
      ...(budget.leftShare === undefined ? {} : { leftShare: budget.leftShare }),
    },
    options: found.flatMap((entry) => ('candidate' in entry ? [entry] : [])),
    missing: found.flatMap((entry): readonly MissingModel[] => ('candidate' in entry ? [] : [entry])),
    unlisted: unlistedModels(catalog, considered),
  }
}

/** The narrower word counts: the request's, the tenant's for the task, the tenant's, everybody's for the task. */
function weightsFor(
  { weights }: RouteRequest,
  task: TaskType,
  { catalog, tenant }: { readonly catalog: Catalog; readonly tenant: RouteFacts['tenant'] },
): ScoreWeights {
  return (
    weights ??
    tenant?.tasks?.[task]?.weights ??
    tenant?.weights ??
    catalog.tasks[task].weights ??
    DEFAULT_WEIGHTS
  )
}

function unlistedModels(catalog: Catalog, considered: readonly ConsideredModel[]): readonly string[] {
  const names = new Set(considered.map(({ model }) => model))
  return Object.keys(catalog.models)
    .filter((model) => !names.has(model))
    .toSorted((left, right) => (left < right ? -1 : 1))
}
