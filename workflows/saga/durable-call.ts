import { type CallObserver, type DurableCall, runCallSaga } from './call-saga.ts'
import {
  type ModelClassification,
  parseClassification,
} from '../../domain/routing/classification/ask-model.ts'
import type { CallDesks } from './hindrance.ts'
import type { CallEnd } from '../../domain/call-result.ts'
import { isContentRef } from '../../domain/content-ref.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import { stepOperationId } from '../../domain/ids.ts'
import { workflowInfo } from '@temporalio/workflow'

/**
 * One request that ends in one answer or one refusal: `runCallSaga`. Where the rules do not know what it is about, a
 * cheap model is asked before: an operation of its own, booked like any other.
 */
export function callDurably(
  call: DurableCall,
  desks: CallDesks,
  observer: CallObserver = {},
): Promise<CallEnd> {
  return runCallSaga(call, desks, observer, (ask) => classify(call, ask, desks))
}

/** `null` when it did not answer to the point: the rules decide then. */
async function classify(
  call: DurableCall,
  ask: ModelRequest,
  desks: CallDesks,
): Promise<ModelClassification | null> {
  const { experiment: _ofTheAnswer, ...about } = call
  const question: DurableCall = {
    ...about,
    operationId: stepOperationId(call.operationId, 'classify'),
    kind: 'classification',
    // The run that a sweeper asks about.
    taskId: call.taskId ?? workflowInfo().workflowId,
    request: ask,
  }
  const end = await runCallSaga(question, desks, {}, () => Promise.resolve(null))
  if (end.status === 'refused') return null
  const { content } = end.result.answer
  return isContentRef(content) ? null : (parseClassification(content.inline) ?? null)
}
