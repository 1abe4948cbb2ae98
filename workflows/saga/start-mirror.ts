import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow'
import type { Candidate } from '../../domain/routing/candidate.ts'
import type { DurableCall } from './call-saga.ts'
import type { MirrorCallInput } from '../traffic-contract.ts'
import { stepOperationId } from '../../domain/ids.ts'
import { WORKFLOW_TYPES } from '../contract.ts'

/**
 * Starts the copy of a call where its assignment says so. Returns at once: the copy runs beside the call, outlives it,
 * and changes nothing about it, whatever becomes of the copy.
 */
export function startMirror(call: DurableCall, { model, traffic }: Candidate): void {
  const version = traffic?.copyFor
  if (version === undefined) return
  const { tenant, user, feature, operationId, request } = call
  const input: MirrorCallInput = {
    tenant,
    ...(user === undefined ? {} : { user }),
    ...(feature === undefined ? {} : { feature }),
    request: { ...request, model, version },
  }
  const start = () =>
    startChild(WORKFLOW_TYPES.mirrorCall, {
      workflowId: stepOperationId(operationId, 'mirror'),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      // A call that runs again after a reset has its copy already.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      // Whoever waits for an answer goes before, in the queues as well.
      priority: { ...workflowInfo().priority, priorityKey: 5 },
      staticSummary: `a copy for ${model} ${version}`,
    })
  void CancellationScope.nonCancellable(start).then(ignore, ignore)
}

function ignore(): void {
  // The call goes on, with its copy or without.
}
