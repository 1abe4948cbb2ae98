import type { ReadRouteFacts, RoutedCaller } from './route-facts.ts'
import { callerKey } from './assignment-key.ts'
import { classifierRequest } from '../domain/routing/classified-request.ts'
import { dataClassOf } from '../domain/routing/data-class-of.ts'
import { decideRoute } from '../domain/routing/decide-route.ts'
import type { DecisionReader } from '../store/reports/decision-reader.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'
import { object } from '../domain/reading/composites.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { readBeginnings } from './read-beginnings.ts'
import { readInput } from './read-input.ts'
import type { RouteExplanation } from '../domain/routing/route-explanation.ts'
import type { RouteRequest } from '../domain/routing/route-input-for.ts'
import type { StoredDecision } from '../domain/routing/replay-decision.ts'
import { text } from '../domain/reading/scalars.ts'

/** A request that is not made, only asked about. */
export interface ExplainRouteInput extends RoutedCaller {
  readonly request: RouteRequest
  /** Decides as if this share of the budget were left, 0 to 1. Absent: what is left. */
  readonly budgetLeftShare?: number
}

/** What `readDecision` answers: nothing where no such operation was accepted. */
export interface FoundDecision {
  readonly stored?: StoredDecision
}

export interface RouteReportDeps extends ModelList {
  readonly facts: ReadRouteFacts
  readonly decisions: DecisionReader
  /** Where the beginning of a long prompt is read. Default: only its size is known. */
  readonly contents?: Pick<ContentStore, 'get'>
}

const decisionRequest = object({ operationId: text() })

/** How models are chosen, for people, started by clients as standalone activities. */
export function createRouteReportActivities(deps: RouteReportDeps) {
  const { catalog, skipped, facts, decisions, contents } = deps
  return {
    /** Decides about a request by the very facts that its admission would look at now. */
    explainRoute: async (input: ExplainRouteInput): Promise<RouteExplanation> => {
      const { request, budgetLeftShare, ...caller } = input
      const assignmentKey = callerKey({ ...caller, session: request.session })
      const known = { ...(await facts(caller)), ...(assignmentKey === undefined ? {} : { assignmentKey }) }
      const assumed =
        budgetLeftShare === undefined
          ? known
          : { ...known, budget: { ...known.budget, leftShare: budgetLeftShare } }
      const dataClass = dataClassOf(request, known)
      const texts = contents === undefined ? undefined : await readBeginnings(request, contents)
      const asks = classifierRequest(catalog, { ...request, dataClass }, texts)?.model
      return {
        ...decideRoute(catalog, request, assumed, undefined, texts),
        absent: [],
        skipped,
        ...(asks === undefined ? {} : { asks }),
      }
    },

    readDecision: async (input: { readonly operationId: string }): Promise<FoundDecision> => {
      const { operationId } = readInput(decisionRequest, input, 'the operation')
      const stored = await decisions.read(operationId)
      return stored === undefined ? {} : { stored }
    },
  }
}

export type RouteReportActivities = ReturnType<typeof createRouteReportActivities>
