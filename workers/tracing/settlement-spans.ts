import type { SettledBatch, SettledCall } from '../../store/ledger/ledger-observer.ts'
import type { Span } from './span.ts'
import type { TraceIds } from '../../domain/tracing/trace-ids.ts'
import { usageAttributes } from './gen-ai.ts'

/**
 * What a transaction of the ledger adds to traces: each attempt, its settlement below it, and each operation that ended.
 * A settlement that is run again gives the same spans with the same ids.
 */
export function settlementSpans(batch: SettledBatch, ids: TraceIds): readonly Span[] {
  return batch.calls.flatMap((call) => {
    const attempt = attemptSpan(call, batch, ids)
    const end = call.record.operationEnd === undefined ? [] : [operationSpan(call, batch, ids)]
    return [...end, attempt, settlementSpan(call, batch, attempt.spanId, ids)]
  })
}

function operationSpan({ facts, record }: SettledCall, { endedAtMs }: SettledBatch, ids: TraceIds): Span {
  const { workflowId, operationId, kind } = facts
  const status = record.operationEnd?.status
  return {
    ...ids.place(workflowId, 'operation', operationId),
    parentSpanId: ids.root(workflowId).spanId,
    name: kind,
    kind: 'internal',
    startMs: facts.acceptedAtMs,
    endMs: endedAtMs,
    attributes: {
      ...callerAttributes(facts),
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': facts.model,
      'switchyard.operation.status': status,
    },
    ...(status === 'failed' ? { error: record.failure?.kind ?? 'failed' } : {}),
  }
}

function attemptSpan(call: SettledCall, { endedAtMs }: SettledBatch, ids: TraceIds): Span {
  const { facts, record, costNanoUsd } = call
  const { workflowId, operationId, attemptId } = facts
  return {
    ...ids.place(workflowId, 'attempt', attemptId),
    parentSpanId: ids.place(workflowId, 'operation', operationId).spanId,
    name: 'attempt',
    kind: 'internal',
    startMs: facts.openedAtMs,
    endMs: facts.closedAtMs ?? endedAtMs,
    attributes: {
      ...callerAttributes(facts),
      ...versionAttributes(facts),
      'switchyard.attempt.id': attemptId,
      'switchyard.attempt.status': record.status,
      'switchyard.cost.usd': costNanoUsd / 1e9,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': facts.provider,
      'gen_ai.request.model': facts.model,
      'gen_ai.response.model': record.providerModel,
      ...usageAttributes(record.usage),
    },
    ...(record.failure === undefined ? {} : { error: record.failure.kind }),
  }
}

function settlementSpan(call: SettledCall, batch: SettledBatch, parentSpanId: string, ids: TraceIds): Span {
  const { facts, record, costNanoUsd, change } = call
  const { workflowId, attemptId } = facts
  // An attempt that was settled while its call was to go on is settled once more when the call ends after all.
  const what = record.operationEnd === undefined ? attemptId : `${attemptId} end`
  return {
    ...ids.place(workflowId, 'settlement', what),
    parentSpanId,
    name: 'settle',
    kind: 'internal',
    startMs: batch.startedAtMs,
    endMs: batch.endedAtMs,
    attributes: {
      'switchyard.attempt.id': attemptId,
      'switchyard.settlement.change': change,
      'switchyard.settlement.charge': record.charge,
      'switchyard.settlement.batch_size': batch.calls.length,
      'switchyard.cost.usd': costNanoUsd / 1e9,
    },
  }
}

function callerAttributes({ operationId, kind, tenant, user, workflowId }: SettledCall['facts']) {
  return {
    'switchyard.workflow.id': workflowId,
    'switchyard.operation.id': operationId,
    'switchyard.operation.kind': kind,
    'switchyard.tenant': tenant,
    'switchyard.user': user ?? undefined,
  }
}

function versionAttributes({ model, version, endpoint }: SettledCall['facts']) {
  return {
    'switchyard.model': model,
    'switchyard.version': version,
    'switchyard.endpoint': endpoint,
  }
}
