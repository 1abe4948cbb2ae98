import type { AdmissionActivities } from '../../activities/admission.ts'
import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import { attemptId } from '../../domain/ids.ts'
import type { Span } from './span.ts'
import type { TraceIds } from '../../domain/tracing/trace-ids.ts'
import type { Tracer } from './tracer.ts'

/**
 * Adds what each call was told to its trace, and sends it before the workflow hears of it. Attempts that follow one are
 * admitted where that is settled.
 */
export function traceAdmissions(tracer: Tracer): (books: AdmissionActivities) => AdmissionActivities {
  return ({ admitCalls }) => ({
    admitCalls: async (input) => {
      const startMs = Date.now()
      const outcomes = await admitCalls(input)
      const times = { startMs, endMs: Date.now() }
      const spans = outcomes.flatMap((outcome, index) => {
        const call = input.calls[index]
        return call === undefined ? [] : [{ ...admissionSpan(call, outcome, tracer.ids), ...times }]
      })
      tracer.emit(spans)
      await tracer.flush()
      return outcomes
    },
  })
}

function admissionSpan(
  call: AdmitCall,
  outcome: AdmitOutcome,
  ids: TraceIds,
): Omit<Span, 'startMs' | 'endMs'> {
  const { operationId, runId, number, kind, tenant, taskId, waitedMs = 0 } = call
  const workflowId = taskId ?? operationId
  const id = attemptId(operationId, runId, number)
  const root = ids.root(workflowId)
  // An operation that never gets an attempt is not written down, and has no span.
  const isOpened = outcome.status === 'opened'
  return {
    ...ids.place(workflowId, 'admission', `${id} ${outcome.status} ${waitedMs}`),
    parentSpanId: isOpened ? ids.place(workflowId, 'operation', operationId).spanId : root.spanId,
    name: 'admit',
    kind: 'internal',
    attributes: {
      'switchyard.workflow.id': workflowId,
      'switchyard.operation.id': operationId,
      'switchyard.operation.kind': kind,
      'switchyard.attempt.id': isOpened ? id : undefined,
      'switchyard.tenant': tenant,
      'switchyard.admission.outcome': outcome.status,
      'switchyard.model': isOpened ? outcome.candidate.model : undefined,
      'switchyard.version': isOpened ? outcome.candidate.version : undefined,
    },
  }
}
