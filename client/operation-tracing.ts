/** Shows in traces when a client asks for something and when it waits. */
export interface OperationTracing {
  /**
   * Does the work within a span.
   * @param work gets the `traceparent` of that span where it stands in a trace of the caller's own
   */
  around<Result>(
    name: 'start' | 'await',
    workflowId: string,
    work: (traceParent: string | undefined) => Promise<Result>,
  ): Promise<Result>
}

/** For a client without a tracer. */
export const UNTRACED: OperationTracing = { around: (_name, _workflowId, work) => work(undefined) }
