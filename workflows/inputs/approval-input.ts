import { object, optional } from '../../domain/reading/composites.ts'
import { oneOf, text } from '../../domain/reading/scalars.ts'
import type { ApprovalInput } from '../contract.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'

const approval: Reader<ApprovalInput> = object({
  approvalId: optional(text()),
  decision: oneOf(['approve', 'reject']),
  by: optional(text({ maxLength: 200 })),
  comment: optional(text({ maxLength: 2000 })),
})

/** Reads a decision. @throws ApplicationFailure */
export function readApprovalInput(input: unknown): ApprovalInput {
  return parseInput(approval, input, 'decideApproval', '{"decision": "approve", "by": "ada"}')
}
