import { CancellationScope, workflowInfo } from '@temporalio/workflow'
import type { AdmitCall } from '../../activities/admit-call.ts'
import type { CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import type { CallModelOutput } from '../../activities/model-call.ts'
import { callModel } from '../activity-proxies.ts'
import type { OpenAttempt } from './call-end.ts'
import { readCallFailure } from './read-failure.ts'
import { simpleUsage } from '../../domain/usage.ts'

export type Tried = { readonly output: CallModelOutput } | { readonly failed: CallFailureDetails }

/** One upstream call. An attempt whose caller is gone before it starts is not sent at all. */
export function tryAttempt(
  { kind, request }: Pick<AdmitCall, 'kind' | 'request'>,
  { candidate, attemptId }: OpenAttempt,
): Promise<Tried> {
  if (CancellationScope.current().consideredCancelled) {
    const failure = { kind: 'cancelled', message: 'cancelled before it was sent' } as const
    return Promise.resolve({ failed: { failure, usage: simpleUsage(0, 0) } })
  }
  const { endpoint, providerModel, maxOutputTokens, temperature, callTimeoutMs } = candidate
  const output = callModel(
    {
      attemptId,
      endpoint,
      providerModel,
      request,
      maxOutputTokens,
      ...(temperature === undefined ? {} : { temperature }),
      timeoutMs: callTimeoutMs,
    },
    candidate,
    `${stepName(attemptId, kind)} on ${candidate.model} ${candidate.version}`,
  )
  return output.then(
    (answered) => ({ output: answered }),
    (error: unknown) => ({ failed: readCallFailure(error) }),
  )
}

/** What the Temporal UI shows: `subtask/s1` for a step of a task, `call` for a request of its own. */
function stepName(attemptId: string, kind: string): string {
  const { workflowId } = workflowInfo()
  const operationId = attemptId.slice(0, attemptId.lastIndexOf('@'))
  return operationId.startsWith(`${workflowId}/`) ? operationId.slice(workflowId.length + 1) : kind
}
