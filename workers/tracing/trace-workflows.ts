import type { InjectedSinks, LogMetadata } from '@temporalio/worker'
import { Runtime } from '@temporalio/worker'
import {
  parseTraceParent,
  type SpanPlace,
  TRACE_PARENT,
  type TraceIds,
} from '../../domain/tracing/trace-ids.ts'
import type { Span } from './span.ts'
import type { Tracer } from './tracer.ts'
import { isTraced } from './traced-workflows.ts'

/** How the SDK logs the ends of workflows. Another one is no end: one that continues as new goes on. */
const ENDS: Readonly<Record<string, string | undefined>> = {
  'Workflow completed': 'completed',
  'Workflow completed as cancelled': 'cancelled',
  'Workflow failed': 'failed',
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const

type Write = (message: string, attributes?: LogMetadata) => void
type WorkflowLog = Record<(typeof LEVELS)[number], Write>

/** What a worker tells about a workflow whose end it logs. */
type WorkflowInfo = Parameters<InjectedSinks<{ log: WorkflowLog }>['log']['debug']['fn']>[0]

/**
 * Makes the root of each trace when its workflow ends. The SDK logs that by itself, through a sink which a worker may
 * replace: so there is nothing about traces in workflow code, nor in any history. The worker tells Temporal of the end
 * after this, so that a process that is killed in between makes the root once more.
 */
export function traceWorkflows(tracer: Tracer): InjectedSinks<{ defaultWorkerLogger: WorkflowLog }> {
  const sinkOf = (level: (typeof LEVELS)[number]) => ({
    fn: async (info: WorkflowInfo, message: string, attributes?: LogMetadata): Promise<void> => {
      Runtime.instance().logger[level](message, attributes)
      const end = ENDS[message]
      if (end === undefined || !isTraced(info.workflowType)) return
      tracer.emit([rootSpan(info, end, tracer.ids)])
      await tracer.flush()
    },
  })
  return {
    defaultWorkerLogger: {
      trace: sinkOf('trace'),
      debug: sinkOf('debug'),
      info: sinkOf('info'),
      warn: sinkOf('warn'),
      error: sinkOf('error'),
    },
  }
}

function rootSpan(info: WorkflowInfo, end: string, ids: TraceIds): Span {
  const { workflowId, runId, workflowType, startTime } = info
  return {
    ...ids.root(workflowId),
    name: workflowType,
    kind: 'internal',
    startMs: startTime.getTime(),
    endMs: Date.now(),
    attributes: {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': workflowType,
      'switchyard.workflow.id': workflowId,
      'switchyard.workflow.status': end,
      'temporal.run_id': runId,
    },
    links: linksOf(info, ids),
    ...(end === 'failed' ? { error: 'failed' } : {}),
  }
}

/** The request of the caller that started it, and the call that it is a copy of. */
function linksOf({ memo, parent }: WorkflowInfo, ids: TraceIds): readonly SpanPlace[] {
  const traceParent = memo?.[TRACE_PARENT]
  const caller = typeof traceParent === 'string' ? parseTraceParent(traceParent) : undefined
  return [
    ...(caller === undefined ? [] : [caller]),
    ...(parent === undefined ? [] : [ids.root(parent.workflowId)]),
  ]
}
