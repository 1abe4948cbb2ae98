import type { Approval } from '../../domain/plan/approval.ts'

/** What was decided about an approval, in one line. */
export function decisionText(id: string, approval: Approval): string {
  if (approval.phase === 'pending') return `${approval.id} of ${id} is still pending`
  const { decision, by, decidedAtMs } = approval
  const past = decision === 'approve' ? 'approved' : 'rejected'
  return `${approval.id} of ${id}: ${past} by ${by} at ${new Date(decidedAtMs).toISOString()}`
}
