import type { ApprovalDesk } from './approval-desk.ts'
import { decideApprovalUpdate } from '../contract.ts'
import { readApprovalInput } from '../inputs/approval-input.ts'
import { setHandler } from '@temporalio/workflow'

/** Lets people answer what a desk asks, by the update `decideApproval`. */
export function answerApprovals(desk: ApprovalDesk): void {
  setHandler(decideApprovalUpdate, (decision) => desk.decide(readApprovalInput(decision)), {
    validator: (decision) => desk.check(readApprovalInput(decision)),
    description:
      'Says yes or no to a pending approval: {"decision": "approve", "by": "ada"}; with several pending add ' +
      '"approvalId": "subtask/s1".',
  })
}
