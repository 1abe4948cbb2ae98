import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import type { Info } from '@temporalio/activity'
import { isTraced } from './traced-workflows.ts'
import { isModelCall, readAttemptId } from '../call-attempt.ts'
import type { SpanPlace } from '../../domain/tracing/trace-ids.ts'
import type { Tracer } from './tracer.ts'

/** Adds every activity of a request, local ones included, to its trace; a call stands below its attempt. */
export function traceActivities(tracer: Tracer): ActivityInterceptorsFactory {
  return ({ info }) => {
    const { workflowExecution, workflowType = '' } = info
    if (workflowExecution === undefined || !isTraced(workflowType)) return {}
    const { workflowId } = workflowExecution
    return {
      inbound: {
        execute: async (input, next) => {
          const place = placeOf(info, workflowId, input.args[0], tracer)
          const startMs = Date.now()
          const end = (error?: string): void =>
            tracer.emit([
              {
                ...place,
                name: info.activityType,
                kind: 'internal',
                startMs,
                endMs: Date.now(),
                attributes: attributesOf(info, workflowId),
                ...(error === undefined ? {} : { error }),
              },
            ])
          try {
            const output = await next(input)
            end()
            return output
          } catch (error) {
            end(error instanceof Error ? error.name : 'unknown')
            throw error
          }
        },
      },
    }
  }
}

function placeOf(
  { activityType, activityId, attempt, workflowExecution }: Info,
  workflowId: string,
  argument: unknown,
  { ids }: Tracer,
): SpanPlace & { readonly parentSpanId: string } {
  const attemptId = isModelCall(activityType) ? readAttemptId(argument) : undefined
  if (attemptId !== undefined) {
    const { spanId: parentSpanId } = ids.place(workflowId, 'attempt', attemptId)
    return { ...ids.place(workflowId, 'call-activity', attemptId), parentSpanId }
  }
  const { spanId: parentSpanId } = ids.root(workflowId)
  // The numbers of activities begin anew in each run.
  const runId = workflowExecution?.runId ?? ''
  return { ...ids.place(workflowId, 'activity', `${runId} ${activityId} ${attempt}`), parentSpanId }
}

function attributesOf({ activityType, activityId, attempt, isLocal, taskQueue }: Info, workflowId: string) {
  return {
    'switchyard.workflow.id': workflowId,
    'temporal.activity.type': activityType,
    'temporal.activity.id': activityId,
    'temporal.activity.attempt': attempt,
    'temporal.activity.is_local': isLocal,
    'temporal.task_queue': taskQueue,
  }
}
