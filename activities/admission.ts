import { canonicalJson, toJson } from '../domain/json.ts'
import { boundInputTokens } from '../domain/usage-estimate.ts'
import type { AdmissionOutcome, AdmissionRecord, Ledger } from '../store/ledger.ts'
import type { OperationKind } from '../domain/operation-kind.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import type { ModelRequest } from '../domain/model-request.ts'
import { attemptId } from '../domain/ids.ts'
import { route } from '../domain/routing/route.ts'
import { routeInputFor } from '../domain/routing/route-input-for.ts'
import { worstCaseNanoUsd } from '../domain/catalog/price.ts'

/** A call that wants its attempt `number` opened. */
export interface AdmitCall {
  readonly operationId: string
  readonly runId: string
  /** From 1. */
  readonly number: number
  readonly kind: OperationKind
  readonly tenant: string
  readonly user?: string
  readonly feature?: string
  readonly taskId?: string
  readonly request: ModelRequest
  /** For attempts after the first: the candidate that the workflow chose from the first admission's list. */
  readonly candidate?: Candidate
  /** The person who said that it may exceed its budgets. */
  readonly approvedBy?: string
}

export type AdmitOutcome =
  | AdmissionOutcome
  /** No model may take it; the sentence says why for each. */
  | { readonly status: 'rejected'; readonly reason: string }

export interface AdmissionActivityDeps {
  readonly ledger: Ledger
  readonly catalog: Catalog
  /** SHA-256 in lower-case hex. */
  readonly hash: (text: string) => string
  /** Milliseconds since the epoch; decides which budget windows a call counts in. Default: the machine's clock. */
  readonly now?: () => number
}

/** Opens attempts: routes the first one, reserves its worst case, and writes it down before anything is sent. */
export function createAdmissionActivities(deps: AdmissionActivityDeps) {
  return {
    admitCalls: async (input: { readonly calls: readonly AdmitCall[] }): Promise<readonly AdmitOutcome[]> => {
      const drafts = input.calls.map((call) => draftAdmission(call, deps))
      const records = drafts.flatMap((draft) => ('record' in draft ? [draft.record] : []))
      const opened = (await deps.ledger.admit(records)).values()
      return drafts.map((draft) => {
        if ('rejected' in draft) return { status: 'rejected', reason: draft.rejected }
        const { value } = opened.next()
        if (value === undefined) throw new Error('the ledger returned fewer outcomes than records')
        return value
      })
    },
  }
}

export type AdmissionActivities = ReturnType<typeof createAdmissionActivities>

/** Routes and prices one call without writing anything. */
export function draftAdmission(
  call: AdmitCall,
  deps: Pick<AdmissionActivityDeps, 'catalog' | 'hash' | 'now'>,
): { readonly record: AdmissionRecord } | { readonly rejected: string } {
  const input = routeInputFor(deps.catalog, call.request)
  const { candidates, ...explanation } = route(input)
  const candidate = call.candidate ?? candidates[0]
  if (candidate === undefined) {
    const considered = explanation.reasons.filter(({ broken }) => !broken.includes('listed'))
    const reasons = considered.map(({ model, reason }) => `${model} ${reason}`)
    return { rejected: `no model can take this ${input.task} request: ${reasons.join('; ')}` }
  }
  const price = deps.catalog.models[candidate.model]?.versions.find(
    (version) => version.version === candidate.version,
  )?.price
  if (price === undefined) {
    return { rejected: `${candidate.model} ${candidate.version} is no longer in the catalog` }
  }
  const { operationId, runId, number, kind, tenant, user, feature, taskId, request, approvedBy } = call
  return {
    record: {
      operation: {
        operationId,
        kind,
        tenant,
        ...(user === undefined ? {} : { user }),
        ...(feature === undefined ? {} : { feature }),
        ...(taskId === undefined ? {} : { taskId }),
        requestHash: deps.hash(canonicalJson(toJson(request))),
        decision: toJson({ input, ...explanation }),
        candidates,
      },
      attempt: {
        attemptId: attemptId(operationId, runId, number),
        operationId,
        runId,
        number,
        candidate,
        reservedNanoUsd: worstCaseNanoUsd(boundInputTokens(request), candidate.maxOutputTokens, price),
        price,
      },
      nowMs: deps.now?.() ?? Date.now(),
      ...(approvedBy === undefined ? {} : { approvedBy }),
    },
  }
}
