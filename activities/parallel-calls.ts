import { type AdmissionActivityDeps, draftWithFacts } from './admission.ts'
import type { AdmitCall } from './admit-call.ts'
import type { BookedOperation, OperationBook } from '../store/ledger/operation-book.ts'
import { canonicalJson, type JsonValue, toJson } from '../domain/json.ts'
import { type CallStrategy, legRule, namedModels } from '../domain/legs/strategy.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import type { OperationRecord } from '../store/ledger/ledger.ts'

/** A call that is to be asked of several models at once. */
export interface OpenParallelCall extends Omit<AdmitCall, 'runId' | 'number' | 'candidates'> {
  readonly strategy: CallStrategy
}

/** Who is asked in one leg. */
export interface LegModel {
  readonly model: string
  readonly version: string
}

export type OpenParallelOutcome =
  /** Its models in order, chosen once: a run after a reset gets the same. At most as many as the strategy wants. */
  | { readonly status: 'opened'; readonly models: readonly LegModel[] }
  /** It ended before; this is what was stored as its result. */
  | { readonly status: 'ended'; readonly result: JsonValue }
  /** The operation exists with another request. */
  | { readonly status: 'conflict' }
  /** Too few models may take it; the sentence says why. */
  | { readonly status: 'rejected'; readonly reason: string }

export interface EndParallelCall {
  readonly operationId: string
  readonly status: 'completed' | 'failed' | 'cancelled'
  /** What to answer when it is asked again. */
  readonly result: JsonValue
}

export interface ParallelCallActivityDeps extends Omit<AdmissionActivityDeps, 'ledger' | 'keepContents'> {
  readonly operations: OperationBook
}

/** The operation above the legs of a parallel call: it reserves and books nothing, its legs do. */
export function createParallelCallActivities(deps: ParallelCallActivityDeps) {
  return {
    /** Chooses the models of the legs and writes the operation down, with what led to the choice. */
    openParallelCall: async (call: OpenParallelCall): Promise<OpenParallelOutcome> => {
      const requestHash = hashOf(call, deps)
      const known = await deps.operations.find(call.operationId)
      if (known !== undefined) return toOutcome(known, requestHash)
      const ranking = await rankModels(call, deps)
      if ('rejected' in ranking) return { status: 'rejected', reason: ranking.rejected }
      return toOutcome(await deps.operations.open({ ...ranking.operation, requestHash }), requestHash)
    },

    /** The first end stands. */
    endParallelCall: async (end: EndParallelCall): Promise<void> => {
      await deps.operations.end(end)
    },
  }
}

export type ParallelCallActivities = ReturnType<typeof createParallelCallActivities>

function hashOf({ request, strategy }: OpenParallelCall, { hash }: ParallelCallActivityDeps): string {
  return hash(canonicalJson(toJson({ request, strategy })))
}

function toOutcome(operation: BookedOperation, requestHash: string): OpenParallelOutcome {
  if (operation.requestHash !== requestHash) return { status: 'conflict' }
  if (operation.status !== 'open') return { status: 'ended', result: operation.result }
  const models = operation.candidates.map(({ model, version }) => ({ model, version }))
  return { status: 'opened', models }
}

type Ranking = { readonly operation: Omit<OperationRecord, 'requestHash'> } | { readonly rejected: string }

/** No attempt comes of a ranking, and no model is asked what the request is about. */
const RANKING = { runId: '', number: 1, classified: null } as const

/** Asks admission's own routing who would be called, once for each model that the caller named. */
async function rankModels(call: OpenParallelCall, deps: ParallelCallActivityDeps): Promise<Ranking> {
  const { strategy, ...asked } = call
  const rule = legRule(strategy)
  const names = namedModels(strategy) ?? repeated(call, rule.legs)
  const requests = names?.map((model) => ({ ...call.request, model })) ?? [call.request]
  const drafts = await Promise.all(
    requests.map((request) => draftWithFacts({ ...asked, request, ...RANKING }, deps)),
  )
  const operations = drafts.flatMap((draft) => ('record' in draft ? [draft.record.operation] : []))
  const found = operations.flatMap(({ candidates }) =>
    names === undefined ? oncePerModel(candidates) : candidates.slice(0, 1),
  )
  const candidates = found.slice(0, rule.legs)
  const needed = rule.kind === 'consensus' ? rule.agree : 1
  const [first] = operations
  if (first === undefined || candidates.length < needed) {
    const reasons = drafts.flatMap((draft) => ('rejected' in draft ? [draft.rejected] : []))
    return {
      rejected: tooFew(
        candidates.map(({ model }) => model),
        needed,
        reasons,
      ),
    }
  }
  const decision = toJson({ strategy, legs: operations.map((operation) => operation.decision) })
  return { operation: { ...first, candidates, decision } }
}

/** A leg is pinned to its model, not to a version. */
function oncePerModel(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(
    ({ model }, index) => candidates.findIndex((other) => other.model === model) === index,
  )
}

/** A caller who named one model agreed to no other: every copy goes there. */
function repeated({ request }: OpenParallelCall, copies: number): readonly string[] | undefined {
  const { model } = request
  return model === undefined ? undefined : Array.from({ length: copies }, () => model)
}

function tooFew(models: readonly string[], needed: number, reasons: readonly string[]): string {
  const why = [...new Set(reasons)].join('; ')
  if (needed === 1) return why
  const can = models.length === 0 ? 'none' : `only ${models.join(', ')}`
  return `${needed} models must agree, and ${can} can take the request${why === '' ? '' : `: ${why}`}`
}
