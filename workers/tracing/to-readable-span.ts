import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Resource } from '@opentelemetry/resources'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { Span } from './span.ts'
import type { SpanPlace } from '../../domain/tracing/trace-ids.ts'

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const

/** A span as OpenTelemetry's exporters take it. Made by hand, because their tracers draw ids by chance. */
export function toReadableSpan(span: Span, resource: Resource): ReadableSpan {
  const { traceId, parentSpanId, startMs, error, links = [] } = span
  const endMs = Math.max(startMs, span.endMs)
  const context = contextOf(span)
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: contextOf({ traceId, spanId: parentSpanId }) }),
    startTime: toHrTime(startMs),
    endTime: toHrTime(endMs),
    duration: toHrTime(endMs - startMs),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR },
    attributes: attributesOf(span),
    links: links.map((place) => ({ context: contextOf(place) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'switchyard' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextOf({ traceId, spanId }: SpanPlace): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

function attributesOf({ attributes, error }: Span): Attributes {
  const all = Object.entries({ ...attributes, 'error.type': error })
  return Object.fromEntries(
    all.flatMap(([name, value]) => {
      if (value === undefined) return []
      return [[name, typeof value === 'object' ? [...value] : value]]
    }),
  )
}

/** Seconds and nanoseconds. */
function toHrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}
