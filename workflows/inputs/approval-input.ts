import { z } from 'zod'
import type { ApprovalInput } from '../contract.ts'
import { parseInput } from './parse-input.ts'

const approvalSchema: z.ZodType<ApprovalInput> = z.strictObject({
  approvalId: z.string().min(1).exactOptional(),
  decision: z.enum(['approve', 'reject']),
  by: z.string().min(1).max(200).exactOptional(),
  comment: z.string().max(2000).exactOptional(),
})

/** Reads a decision. @throws ApplicationFailure */
export function readApprovalInput(input: unknown): ApprovalInput {
  return parseInput(approvalSchema, input, 'decideApproval', '{"decision": "approve", "by": "ada"}')
}
