import { ApplicationFailure, condition, isCancellation } from '@temporalio/workflow'
import { type Approvals, closePending, decide, expire, requestApproval } from '../../domain/plan/approvals.ts'
import type { Approval } from '../../domain/plan/approval.ts'
import type { ApprovalInput, ApprovalPolicy } from '../contract.ts'

type DecidedApproval = Extract<Approval, { phase: 'decided' }>
type PendingApproval = Extract<Approval, { phase: 'pending' }>

/** Asks people, waits durably, and takes the default when a deadline passes. */
export class ApprovalDesk {
  readonly #show: (all: Approvals, changed: Approval) => void
  #approvals: Approvals

  /** @param show told of every change */
  constructor(approvals: Approvals, show: (all: Approvals, changed: Approval) => void) {
    this.#approvals = approvals
    this.#show = show
  }

  /** Refuses a decision before it is recorded. Synchronous, so that the person gets a plain yes or no. */
  check(input: ApprovalInput): void {
    const outcome = decide(this.#approvals, { by: 'somebody', ...input }, Date.now())
    if (!outcome.ok) throw ApplicationFailure.nonRetryable(outcome.problem, 'ApprovalRefused')
  }

  decide(input: ApprovalInput): Approval {
    const outcome = decide(this.#approvals, { by: 'somebody', ...input }, Date.now())
    if (!outcome.ok) throw ApplicationFailure.nonRetryable(outcome.problem, 'ApprovalRefused')
    this.#change(outcome.state, outcome.approval)
    return outcome.approval
  }

  /**
   * Waits for a decision about `id`; asking again for the same id joins the first. `undefined` when the surrounding
   * scope is cancelled before anybody answered.
   */
  async ask(
    id: string,
    question: string,
    policy: Required<ApprovalPolicy>,
  ): Promise<DecidedApproval | undefined> {
    const { deadlineMs, onDeadline } = policy
    if (this.#find(id) === undefined) {
      const request = { id, question, deadlineAtMs: Date.now() + deadlineMs, onDeadline }
      const state = requestApproval(this.#approvals, request)
      this.#change(
        state,
        state.find((approval) => approval.id === id),
      )
    }
    for (;;) {
      const approval = this.#find(id)
      if (approval?.phase === 'decided') return approval
      if (approval === undefined || !(await this.#decidedOrLate(approval))) return undefined
    }
  }

  /** Decides what nobody needs an answer to any more, because the task is over. */
  closeAll(): void {
    const verdict = { decision: 'reject', by: 'the end of the task' } as const
    const { state, closed } = closePending(this.#approvals, verdict, Date.now())
    for (const approval of closed) this.#change(state, approval)
  }

  /** `false` when the surrounding scope is cancelled first. */
  async #decidedOrLate({ id, deadlineAtMs }: PendingApproval): Promise<boolean> {
    try {
      await condition(() => this.#find(id)?.phase === 'decided', Math.max(1, deadlineAtMs - Date.now()))
    } catch (error) {
      if (isCancellation(error)) return false
      throw error
    }
    const { state, expired } = expire(this.#approvals, Date.now())
    for (const approval of expired) this.#change(state, approval)
    return true
  }

  #find(id: string): Approval | undefined {
    return this.#approvals.find((approval) => approval.id === id)
  }

  #change(state: Approvals, changed: Approval | undefined): void {
    this.#approvals = state
    if (changed !== undefined) this.#show(state, changed)
  }
}
