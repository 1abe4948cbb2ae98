import type { Catalog, Endpoint, ModelVersion, TaskDefaults } from '../catalog/model.ts'
import { TASK_QUEUES } from '../ids.ts'
import type { GenerationSettings, ModelRequest, TaskType } from '../model-request.ts'
import type { Candidate } from './candidate.ts'

/** Why a model is, or is not, among the candidates. */
export interface RouteReason {
  readonly model: string
  readonly kept: boolean
  readonly reason: string
}

/** An ordered choice with its reasons: stored with the operation, enough to explain it. */
export interface RouteDecision {
  readonly catalogVersion: string
  readonly task: TaskType
  readonly estimatedInputTokens: number
  readonly candidates: readonly Candidate[]
  readonly reasons: readonly RouteReason[]
}

/** What routing looks at; the prompt itself is not part of it. */
export type RouteRequest = Pick<ModelRequest, 'task' | 'model' | 'target'> & GenerationSettings

/**
 * Orders the models that may answer: the one asked for, else the task's model for the target, else the task's
 * default; then the task's fallbacks. A model that cannot hold the prompt or is not in the catalog is left out.
 * @param estimatedInputTokens expected tokens of the prompt
 */
export function route(catalog: Catalog, request: RouteRequest, estimatedInputTokens: number): RouteDecision {
  const task = request.task ?? 'chat'
  const defaults = catalog.tasks[task]
  const judged = orderedModels(request, defaults).map((name) =>
    judge(name, catalog, request, defaults, estimatedInputTokens),
  )
  return {
    catalogVersion: catalog.version,
    task,
    estimatedInputTokens,
    candidates: judged.flatMap(({ candidate }) => (candidate === undefined ? [] : [candidate])),
    reasons: judged.map(({ reason }) => reason),
  }
}

function orderedModels(request: RouteRequest, defaults: TaskDefaults): readonly string[] {
  // A model asked for by name stands alone: its caller did not agree to another one.
  if (request.model !== undefined) return [request.model]
  const preferred = request.target === undefined ? undefined : defaults.targets?.[request.target]
  return [
    ...new Set([...(preferred === undefined ? [] : [preferred]), defaults.model, ...defaults.fallbacks]),
  ]
}

function judge(
  name: string,
  catalog: Catalog,
  request: RouteRequest,
  defaults: TaskDefaults,
  estimatedInputTokens: number,
): { readonly reason: RouteReason; readonly candidate?: Candidate } {
  const drop = (reason: string): { reason: RouteReason } => ({ reason: { model: name, kept: false, reason } })
  const version = catalog.models[name]?.versions[0]
  if (version === undefined) return drop('is not in the catalog')
  const endpoint = catalog.endpoints[version.endpoint]
  if (endpoint === undefined) return drop(`its endpoint ${version.endpoint} is not configured`)
  const candidate = toCandidate(version, endpoint, request, defaults)
  const needed = estimatedInputTokens + candidate.maxOutputTokens
  if (needed > version.contextWindow) {
    return drop(`needs about ${needed} tokens, its context window has ${version.contextWindow}`)
  }
  return { candidate, reason: { model: name, kept: true, reason: keptReason(name, request, defaults) } }
}

function keptReason(name: string, request: RouteRequest, defaults: TaskDefaults): string {
  if (request.model === name) return 'asked for by name'
  if (request.target !== undefined && defaults.targets?.[request.target] === name) {
    return `the task's model for ${request.target}`
  }
  return defaults.model === name ? "the task's default" : "a fallback of the task's"
}

function toCandidate(
  version: ModelVersion,
  endpoint: Endpoint,
  request: RouteRequest,
  defaults: TaskDefaults,
): Candidate {
  return {
    model: version.model,
    version: version.version,
    providerModel: version.providerModel,
    provider: endpoint.provider,
    endpoint: endpoint.name,
    taskQueue:
      endpoint.kind === 'local'
        ? TASK_QUEUES.model(version.model, version.version)
        : TASK_QUEUES.provider(endpoint.provider),
    callTimeoutMs: endpoint.callTimeoutMs,
    queueTimeoutMs: endpoint.queueTimeoutMs,
    contextWindow: version.contextWindow,
    maxOutputTokens: Math.min(request.maxOutputTokens ?? defaults.maxOutputTokens, version.maxOutputTokens),
    ...(version.capabilities.includes('temperature')
      ? { temperature: request.temperature ?? defaults.temperature }
      : {}),
    planning: version.planning,
  }
}
