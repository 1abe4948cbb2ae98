import type { OptimisationResult, OptimisationVerdict, Proposal } from './result.ts'
import type { TrialDecision } from './decide-trial.ts'
import type { TuningSubject } from './subject.ts'
import type { VersionAction } from './actions.ts'

export interface TrialEnd {
  readonly action: VersionAction
  readonly subject: TuningSubject
  readonly nodeId?: string
  readonly decision: TrialDecision
  /** Of the best, where there is one. */
  readonly proposal?: Proposal
}

/** What a trial comes to. Whatever did not help is gone with the host that it was tried on. */
export function trialResult({ action, subject, nodeId, decision, proposal }: TrialEnd): OptimisationResult {
  const { best, tried } = decision
  const named = {
    action,
    model: subject.model,
    version: subject.version,
    ...(nodeId === undefined ? {} : { nodeId }),
    tried,
  }
  const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  if (best === undefined || proposal === undefined) {
    const isAnyMeasured = tried.some(({ outcome }) => outcome !== 'failed')
    return { ...named, verdict: isAnyMeasured ? 'reverted' : 'failed', reason: reasons }
  }
  const found = tried.find(({ name }) => name === best)
  return {
    ...named,
    verdict: proposal.rolloutId === undefined ? 'proposed' : 'rolling-out',
    reason: `${best}: ${found?.reason ?? ''}`,
    proposal,
  }
}

/** An action that could not be tried, or had nothing to try. */
export function untriedResult(
  verdict: Extract<OptimisationVerdict, 'unchanged' | 'failed'>,
  { action, subject, reason }: Pick<TrialEnd, 'action' | 'subject'> & { readonly reason: string },
): OptimisationResult {
  const { model, version } = subject
  return { action, model, version, verdict, reason, tried: [] }
}

/** One word for a whole run. */
export function runOutcome(
  results: readonly OptimisationResult[],
): 'changed' | 'proposed' | 'failed' | 'unchanged' {
  const has = (...verdicts: readonly OptimisationVerdict[]) =>
    results.some(({ verdict }) => verdicts.includes(verdict))
  if (has('rolling-out', 'kept')) return 'changed'
  if (has('proposed')) return 'proposed'
  return has('failed') ? 'failed' : 'unchanged'
}
