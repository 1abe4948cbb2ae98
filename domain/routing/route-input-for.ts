import type { Catalog, TaskDefaults } from '../catalog/model.ts'
import type { Complexity, MissingModel, RouteInput } from './route-input.ts'
import type { GenerationSettings, ModelRequest } from '../model-request.ts'
import { type ConsideredModel, consideredModels } from './input/considered-models.ts'
import type { DataClass } from '../catalog/deployment.ts'
import { DEFAULT_WEIGHTS, type ScoreWeights } from '../catalog/score-weights.ts'
import type { RouteFacts } from './route-facts.ts'
import { boundInputTokens, expectedInputTokens } from '../usage-estimate.ts'
import { neededCapabilities } from './input/needed-capabilities.ts'
import { toOption } from './input/to-option.ts'

/** What routing looks at of a request. Without messages, the prompt counts as empty. */
export interface RouteRequest
  extends GenerationSettings, Partial<Pick<ModelRequest, 'messages' | 'task' | 'model' | 'target'>> {
  /** Default `public`. */
  readonly dataClass?: DataClass
  /** Absent: nobody judged it, and no rule for hard work applies. */
  readonly complexity?: Complexity
  /** What counts for this request; default: the tenant's weights, then the task's, then `DEFAULT_WEIGHTS`. */
  readonly weights?: ScoreWeights
}

/** Gathers everything that the decision about a request depends on into one JSON-safe value for `route`. */
export function routeInputFor(catalog: Catalog, request: RouteRequest, facts: RouteFacts = {}): RouteInput {
  const { task = 'chat', model, target, complexity, dataClass = 'public', messages = [] } = request
  const { tenant, budget = {} } = facts
  const defaults: TaskDefaults = { ...catalog.tasks[task], ...tenant?.tasks?.[task] }
  const prompt = { ...request, messages }
  const considered = consideredModels(defaults, request)
  const tokens = { expected: expectedInputTokens(prompt), bound: boundInputTokens(prompt) }
  const context = { catalog, settings: request, tokens, task, defaults, facts }
  const found = considered.map((entry) => toOption(entry, context))
  return {
    catalogVersion: catalog.version,
    task,
    ...(model === undefined ? {} : { model }),
    ...(target === undefined ? {} : { target }),
    ...(complexity === undefined ? {} : { complexity }),
    dataClass,
    estimatedInputTokens: tokens.expected,
    needs: neededCapabilities(prompt),
    weights: request.weights ?? tenant?.weights ?? defaults.weights ?? DEFAULT_WEIGHTS,
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

function unlistedModels(catalog: Catalog, considered: readonly ConsideredModel[]): readonly string[] {
  const names = new Set(considered.map(({ model }) => model))
  return Object.keys(catalog.models)
    .filter((model) => !names.has(model))
    .toSorted((left, right) => (left < right ? -1 : 1))
}
