import {
  context,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api'
import { createTraceIds, formatTraceParent } from '../domain/tracing/trace-ids.ts'
import type { OperationTracing } from './operation-tracing.ts'
import { sha256Hex } from '../payloads/content-store.ts'

/**
 * The trace of a request has its own id, made of the workflow's. A caller that has a span open keeps it: the client's span
 * goes below that one, and each trace links to the other. Otherwise it goes into the request's trace.
 */
export function createOperationTracing(tracer: Tracer): OperationTracing {
  const ids = createTraceIds(sha256Hex)
  return {
    around: async (name, workflowId, work) => {
      const root: SpanContext = { ...ids.root(workflowId), traceFlags: TraceFlags.SAMPLED, isRemote: true }
      const hasOwnTrace = trace.getSpanContext(context.active()) !== undefined
      const parent = hasOwnTrace ? context.active() : trace.setSpanContext(context.active(), root)
      const attributes = { 'switchyard.workflow.id': workflowId }
      const links = hasOwnTrace ? [{ context: root }] : []
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, links }, parent)
      try {
        return await work(hasOwnTrace ? formatTraceParent(span.spanContext()) : undefined)
      } catch (error) {
        // Without the message: it may quote what was asked.
        span.setStatus({ code: SpanStatusCode.ERROR })
        span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
        throw error
      } finally {
        span.end()
      }
    },
  }
}
