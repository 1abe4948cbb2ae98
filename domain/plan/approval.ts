export type ApprovalDecision = 'approve' | 'reject'

interface ApprovalBase {
  /** Addresses this one approval: `plan`, `subtask/<id>`, or `budget/<step>`, for one call `budget/call`. */
  readonly id: string
  readonly question: string
}

/** One thing that a person must say yes or no to. */
export type Approval =
  | (ApprovalBase & {
      readonly phase: 'pending'
      /** Milliseconds since the epoch. */
      readonly deadlineAtMs: number
      /** What is decided when nobody answers in time. */
      readonly onDeadline: ApprovalDecision
    })
  | (ApprovalBase & {
      readonly phase: 'decided'
      readonly decision: ApprovalDecision
      /** The person, or `deadline`. */
      readonly by: string
      readonly comment?: string
      readonly decidedAtMs: number
    })
