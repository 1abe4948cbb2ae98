import type { Capability, Catalog, Endpoint, ModelVersion, TaskDefaults } from '../../catalog/model.ts'
import type { GenerationSettings, TaskType } from '../../model-request.ts'
import type { MissingModel, RouteOption } from '../route-input.ts'
import { type RouteFacts, type VersionFacts, versionKey } from '../route-facts.ts'
import { type AssignedVersion, assignedVersions } from './assigned-versions.ts'
import { allowedDataClasses } from '../../catalog/deployment.ts'
import { costNanoUsd, worstCaseNanoUsd } from '../../catalog/price.ts'
import type { Candidate } from '../candidate.ts'
import type { ConsideredModel } from './considered-models.ts'
import { heldBackBy } from './held-back.ts'
import { deploymentOf } from '../../catalog/endpoint-defaults.ts'
import { qualityPrior } from '../../catalog/profile.ts'
import { simpleUsage } from '../../usage.ts'
import { TASK_QUEUES } from '../../ids.ts'

/** The size of a prompt: as expected, and at most. */
export interface PromptTokens {
  readonly expected: number
  readonly bound: number
}

/** What an option is built from. */
export interface OptionContext {
  readonly catalog: Catalog
  readonly settings: GenerationSettings & { readonly version?: string }
  readonly tokens: PromptTokens
  readonly task: TaskType
  readonly defaults: TaskDefaults
  readonly facts: RouteFacts
}

/** The usual answer is half as long as it may be: only the proportion between models matters. */
const EXPECTED_OUTPUT_SHARE = 0.5

/** Everything known of the versions of a model that a request may go to, or why it cannot be called at all. */
export function toOptions(
  considered: ConsideredModel,
  context: OptionContext,
): readonly (RouteOption | MissingModel)[] {
  const { model } = considered
  const { catalog, settings, facts } = context
  const found = catalog.models[model]
  if (found === undefined) return [{ model, reason: 'is not in the catalog' }]
  const versions = assignedVersions(found, settings.version, facts)
  if ('reason' in versions) return [versions]
  return versions.map((version) => toOption(version, considered, context))
}

function toOption(
  { version, traffic, standsInFor }: AssignedVersion,
  { model, role, roleTarget, rank }: ConsideredModel,
  { catalog, settings, tokens, task, defaults, facts }: OptionContext,
): RouteOption | MissingModel {
  const endpoint = catalog.endpoints[version.endpoint]
  if (endpoint === undefined) return { model, reason: `its endpoint ${version.endpoint} is not configured` }
  const { breaker = 'closed', isReady = true, limitedForMs = 0 } = facts.endpoints?.[endpoint.name] ?? {}
  const measured = facts.versions?.[versionKey(version)] ?? {}
  const called = toCandidate(version, endpoint, settings, defaults)
  const candidate = traffic === undefined ? called : { ...called, traffic }
  const heldBack = heldBackBy(measured.health, version, facts.assignmentKey)
  return {
    candidate,
    role,
    ...(roleTarget === undefined ? {} : { roleTarget }),
    ...(standsInFor === undefined ? {} : { standsInFor }),
    rank,
    capabilities: capabilitiesOf(version),
    allowedDataClasses: allowedDataClasses(deploymentOf(endpoint)),
    ...costs(version, candidate, tokens),
    quality: qualityOf(version, measured, task),
    latency: latencyOf(version, measured),
    breaker,
    isReady,
    isDeployed: measured.isDeployed ?? true,
    ...(heldBack === undefined ? {} : { heldBack }),
    limitedForMs,
  }
}

/** A version that plans by JSON schema can fill one, whether its list says so or not. */
function capabilitiesOf({ capabilities, planning }: ModelVersion): readonly Capability[] {
  return planning === 'json-schema' && !capabilities.includes('json-schema')
    ? [...capabilities, 'json-schema']
    : capabilities
}

function costs(
  { price }: ModelVersion,
  { maxOutputTokens }: Candidate,
  tokens: PromptTokens,
): Pick<RouteOption, 'expectedNanoUsd' | 'worstCaseNanoUsd'> {
  const outputTokens = Math.ceil(maxOutputTokens * EXPECTED_OUTPUT_SHARE)
  return {
    expectedNanoUsd: costNanoUsd(simpleUsage(tokens.expected, outputTokens), price),
    worstCaseNanoUsd: worstCaseNanoUsd(tokens.bound, maxOutputTokens, price),
  }
}

function qualityOf({ profile }: ModelVersion, facts: VersionFacts, task: TaskType): RouteOption['quality'] {
  const prior = qualityPrior(profile, task)
  const measured = facts.quality?.[task]
  return {
    ...(prior === undefined ? {} : { prior }),
    ...(measured === undefined ? {} : { measured }),
  }
}

function latencyOf({ profile }: ModelVersion, { p50Ms, p95Ms }: VersionFacts): RouteOption['latency'] {
  return {
    ...(profile?.latencyMs === undefined ? {} : { priorMs: profile.latencyMs }),
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
  }
}

function toCandidate(
  version: ModelVersion,
  endpoint: Endpoint,
  settings: GenerationSettings,
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
    maxOutputTokens: Math.min(settings.maxOutputTokens ?? defaults.maxOutputTokens, version.maxOutputTokens),
    ...(version.capabilities.includes('temperature')
      ? { temperature: settings.temperature ?? defaults.temperature }
      : {}),
    planning: version.planning,
  }
}
