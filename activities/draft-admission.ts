import { boundInputTokens, expectedInputTokens } from '../domain/usage-estimate.ts'
import { canonicalJson, type JsonValue, toJson } from '../domain/json.ts'
import type { Catalog, Endpoint } from '../domain/catalog/model.ts'
import { quotaLimitsOf, quotaPoolOf } from '../domain/catalog/endpoint-defaults.ts'
import { classifierRequest, type KnownTexts } from '../domain/routing/classified-request.ts'
import { dataClassOf, mayTake } from '../domain/routing/data-class-of.ts'
import { decideRoute } from '../domain/routing/decide-route.ts'
import type { ModelRequest } from '../domain/model-request.ts'
import type { AdmissionRecord, AttemptOption } from '../store/ledger/ledger.ts'
import type { AdmitCall } from './admit-call.ts'
import { attemptId } from '../domain/ids.ts'
import { callKey } from './assignment-key.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import { candidatesToTry } from '../domain/routing/candidates-to-try.ts'
import { PATIENCE_MS } from '../domain/limits/choose-option.ts'
import type { RouteFacts } from '../domain/routing/route-facts.ts'
import { tenantPreferences } from '../domain/catalog/tenant-preferences.ts'
import { worstCaseNanoUsd } from '../domain/catalog/price.ts'

/** What an admission is drafted with. */
export interface DraftContext {
  readonly catalog: Catalog
  /** What routing knows of this moment. */
  readonly facts: RouteFacts
  /** SHA-256 in lower-case hex. */
  readonly hash: (text: string) => string
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** Beginnings of what travels by reference. */
  readonly texts?: KnownTexts
}

export type AdmissionDraft =
  | { readonly record: AdmissionRecord }
  | { readonly rejected: string }
  /** The rules do not know what it is about: this request to a cheap model may. */
  | { readonly ask: ModelRequest }

/** Time for what happens around a call, in milliseconds: its lease covers it. */
const LEASE_MARGIN_MS = 30_000

/** Routes and prices one call without writing anything. Attempts after the first keep to the first one's candidates. */
export function draftAdmission(call: AdmitCall, given: DraftContext): AdmissionDraft {
  // The tenant's own data class holds for every attempt, whatever else is known.
  const context = { ...given, facts: { ...tenantPreferences(given.catalog, call.tenant), ...given.facts } }
  const ask = call.candidates === undefined && call.classified === undefined && classifierFor(call, context)
  if (ask) return { ask }
  const chosen = call.candidates === undefined ? routeCall(call, context) : keepTo(call.candidates)
  if ('rejected' in chosen) return chosen
  const options = chosen.candidates.flatMap((candidate) => toOption(call, candidate, context) ?? [])
  if (options.length === 0) return { rejected: noLongerThere(chosen.candidates) }
  const { operationId, runId, number, kind, tenant, user, feature, taskId, request } = call
  const { approvedBy, priority, waitedMs = 0 } = call
  return {
    record: {
      operation: {
        operationId,
        kind,
        tenant,
        ...(user === undefined ? {} : { user }),
        ...(feature === undefined ? {} : { feature }),
        ...(taskId === undefined ? {} : { taskId }),
        requestHash: context.hash(canonicalJson(toJson(request))),
        decision: chosen.decision,
        candidates: chosen.candidates,
      },
      attempt: { attemptId: attemptId(operationId, runId, number), operationId, runId, number },
      options,
      patienceMs: Math.max(0, PATIENCE_MS - waitedMs),
      nowMs: context.nowMs,
      ...(priority === undefined ? {} : { priority }),
      ...(approvedBy === undefined ? {} : { approvedBy }),
    },
  }
}

/** Asked within the data class that the tenant's requests have. */
function classifierFor(
  { request }: AdmitCall,
  { catalog, facts, texts }: DraftContext,
): ModelRequest | undefined {
  return classifierRequest(catalog, { ...request, dataClass: dataClassOf(request, facts) }, texts)
}

type ChosenCandidates =
  | { readonly candidates: readonly Candidate[]; readonly decision: JsonValue }
  | { readonly rejected: string }

function routeCall(call: AdmitCall, { catalog, facts, texts }: DraftContext): ChosenCandidates {
  const { request, classified, experiment } = call
  const assigned = { ...facts, assignmentKey: callKey(call) }
  const { input, decision } = decideRoute(catalog, request, assigned, classified ?? undefined, texts)
  const { candidates: _free, ...explanation } = decision
  const candidates = candidatesToTry(input, decision)
  const stamp = experiment === undefined ? {} : { experiment }
  if (candidates.length > 0) return { candidates, decision: toJson({ input, ...explanation, ...stamp }) }
  const considered = explanation.reasons.filter(({ broken }) => !broken.includes('listed'))
  const reasons = new Set(considered.map(({ model, reason }) => `${model} ${reason}`))
  return { rejected: `no model can take this ${input.task} request: ${[...reasons].join('; ')}` }
}

/** The operation stands with its decision already: this one is not written. */
function keepTo(candidates: readonly Candidate[]): ChosenCandidates {
  return { candidates, decision: {} }
}

/** How a candidate would be called; `undefined` when the catalog has it no more, or no more where the content may go. */
function toOption(
  { request }: AdmitCall,
  candidate: Candidate,
  { catalog, facts }: DraftContext,
): AttemptOption | undefined {
  const endpoint = catalog.endpoints[candidate.endpoint]
  const price = catalog.models[candidate.model]?.versions.find(
    ({ version }) => version === candidate.version,
  )?.price
  if (endpoint === undefined || price === undefined) return undefined
  if (!mayTake(endpoint, dataClassOf(request, facts))) return undefined
  const { maxOutputTokens, callTimeoutMs, queueTimeoutMs } = candidate
  return {
    candidate,
    reservedNanoUsd: worstCaseNanoUsd(boundInputTokens(request), maxOutputTokens, price),
    price,
    quota: quotaUse(catalog, endpoint, expectedInputTokens(request) + maxOutputTokens),
    leaseMs: callTimeoutMs + queueTimeoutMs + LEASE_MARGIN_MS,
  }
}

function quotaUse(catalog: Catalog, endpoint: Endpoint, tokens: number): AttemptOption['quota'] {
  return { pool: quotaPoolOf(endpoint), limits: quotaLimitsOf(catalog, endpoint), tokens }
}

function noLongerThere(candidates: readonly Candidate[]): string {
  const names = candidates.map(({ model, version }) => `${model} ${version}`)
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} no longer in the catalog`
}
