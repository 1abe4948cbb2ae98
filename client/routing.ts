import { type CallRequest, explainedRequestSchema } from './inputs/call-input.ts'
import { callWorkflowId } from '../domain/ids.ts'
import { contentBytes, inlineContent, MAX_INLINE_BYTES } from '../domain/content-ref.ts'
import {
  type DecisionReplay,
  replayDecision,
  type StoredDecision,
} from '../domain/routing/replay-decision.ts'
import { type ExplainOptions, explainOptionsSchema } from './inputs/explain-options.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import { OperationRefusedError } from './errors.ts'
import { parseInput } from './inputs/parse-input.ts'
import { ROUTE_ACTIVITIES } from '../workflows/contract.ts'
import type { RouteExplanation } from '../domain/routing/route-explanation.ts'
import { sha256Hex } from '../payloads/content-store.ts'
import { toModelRequest } from './to-wire.ts'

/** How models are chosen. Nothing is called. */
export interface Routing {
  /**
   * Which models would be tried for a request now, in which order and why: by the figures that its admission would look
   * at. A request without a prompt is one with an empty prompt. @throws InvalidRequestError
   */
  explainRoute(request: CallRequest, options?: ExplainOptions): Promise<RouteExplanation>
  /**
   * Makes the decision of an operation again from what was stored with it, and says whether it is the same.
   * @param operationId the operation's, or the request id of a call
   * @throws OperationRefusedError when no such operation was accepted
   */
  replayDecision(operationId: string, options?: { readonly tenant?: string }): Promise<DecisionReplay>
}

/** Routing reports as standalone activities. */
export function createRouting(execute: ExecuteActivity): Routing {
  return {
    explainRoute: async (request, options = {}) => {
      const checked = parseInput(explainedRequestSchema, request, 'the request')
      const { tenant = DEFAULT_TENANT, ...rest } = parseInput(explainOptionsSchema, options, 'the options')
      const input = { tenant, ...rest, request: await toModelRequest(checked, MEASURED) }
      return execute<RouteExplanation>(ROUTE_ACTIVITIES.explainRoute, input)
    },
    replayDecision: async (operation, { tenant = DEFAULT_TENANT } = {}) => {
      const operationId = operation.includes('/') ? operation : callWorkflowId(tenant, operation)
      const { stored } = await execute<{ readonly stored?: StoredDecision }>(ROUTE_ACTIVITIES.readDecision, {
        operationId,
      })
      if (stored !== undefined) return replayDecision(stored)
      throw new OperationRefusedError(
        `no operation ${operationId} was accepted`,
        'A call is `call/<tenant>/<request id>`, a step of a task `task/<tenant>/<task id>/subtask/<id>`.',
      )
    },
  }
}

/** Long texts are only measured: of them, admission knows no more than their size. */
const MEASURED = {
  put: async (text: string) => {
    const content = inlineContent(text)
    const bytes = contentBytes(content)
    return bytes <= MAX_INLINE_BYTES ? content : { sha256: sha256Hex(text), bytes }
  },
}
