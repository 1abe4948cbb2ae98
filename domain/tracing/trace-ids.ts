/** SHA-256 in lower-case hex. */
type Hash = (text: string) => string

/** A place in a trace, as OpenTelemetry has it: 32 and 16 hexadecimal digits. */
export interface SpanPlace {
  readonly traceId: string
  readonly spanId: string
}

/** What a span is about. */
export type SpanSubject =
  /** A workflow, by its id: the root of its trace. */
  | 'workflow'
  /** By operation id. */
  | 'operation'
  /** These by attempt id. */
  | 'attempt'
  | 'admission'
  | 'settlement'
  | 'call-activity'
  | 'model-call'
  | 'http'
  /** Any other activity, by run, id and try. */
  | 'activity'

/**
 * The ids of traces and spans, made of the ids that the ledger has anyway: so processes that know nothing of each other
 * put their spans into one tree, also after a crash, and no history carries anything for it.
 */
export interface TraceIds {
  /** The place of a span in the trace of a workflow. */
  place(workflowId: string, subject: SpanSubject, id: string): SpanPlace
  /** The root of a workflow's trace. */
  root(workflowId: string): SpanPlace
}

export function createTraceIds(hash: Hash): TraceIds {
  const place: TraceIds['place'] = (workflowId, subject, id) => ({
    traceId: hash(`switchyard trace ${workflowId}`).slice(0, 32),
    spanId: hash(`switchyard ${subject} ${id}`).slice(0, 16),
  })
  return { place, root: (workflowId) => place(workflowId, 'workflow', workflowId) }
}

/** The header and memo by which systems tell each other where they are in a trace (W3C Trace Context). */
export const TRACE_PARENT = 'traceparent'

/** Writes a place as `traceparent`, as one that is recorded. */
export function formatTraceParent({ traceId, spanId }: SpanPlace): string {
  return `00-${traceId}-${spanId}-01`
}

/** Reads a `traceparent`; `undefined` when it is none. */
export function parseTraceParent(text: string): SpanPlace | undefined {
  const [, traceId, spanId] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/.exec(text) ?? []
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId }
}

/** Whether a trace is among the share that is recorded: every process decides the same. `ratio`: 0 to 1. */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(0, 8), 16) < ratio * 2 ** 32
}
