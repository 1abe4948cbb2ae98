import { ATTEMPT_HEADER, decodeAttemptId } from '../../providers/http/attempt-headers.ts'
import { type Fetch, leanFetch } from '../../providers/http/lean-fetch.ts'
import { formatTraceParent, TRACE_PARENT } from '../../domain/tracing/trace-ids.ts'
import { serverAttributes } from './trace-calls.ts'
import { tracedWorkflowId } from './traced-workflow.ts'
import type { Tracer } from './tracer.ts'

/**
 * A `fetch` whose requests appear in the traces of their attempts, up to the first byte of the answer, and that tells the
 * host where in the trace it is: an engine of one's own can go on with it.
 */
export function traceFetch(tracer: Tracer, fetch: Fetch = leanFetch): Fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    const header = headers.get(ATTEMPT_HEADER)
    const workflowId = tracedWorkflowId()
    if (header === null || workflowId === undefined) return fetch(input, init)
    const attemptId = decodeAttemptId(header)
    const place = tracer.ids.place(workflowId, 'http', attemptId)
    headers.set(TRACE_PARENT, formatTraceParent(place))
    const url = new URL(input instanceof Request ? input.url : input)
    const method = init?.method ?? 'GET'
    const startMs = Date.now()
    const end = (status: number | undefined, error?: string): void =>
      tracer.emit([
        {
          ...place,
          parentSpanId: tracer.ids.place(workflowId, 'model-call', attemptId).spanId,
          name: method,
          kind: 'client',
          startMs,
          endMs: Date.now(),
          attributes: {
            'http.request.method': method,
            'url.full': `${url.origin}${url.pathname}`,
            ...serverAttributes(url),
            'http.response.status_code': status,
          },
          ...(error === undefined ? {} : { error }),
        },
      ])
    try {
      const response = await fetch(input, { ...init, headers })
      end(response.status, response.status >= 400 ? String(response.status) : undefined)
      return response
    } catch (error) {
      end(undefined, error instanceof Error ? error.name : 'unknown')
      throw error
    }
  }
}
