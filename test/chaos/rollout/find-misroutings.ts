import { assignArm } from '../../../domain/rollout/assign.ts'
import type { AssignedAttempt } from './assigned-attempts.ts'
import type { PublishedShares } from './published-shares.ts'

type Attempt = Pick<AssignedAttempt, 'attemptId' | 'model' | 'version' | 'epoch' | 'share' | 'key'>
type Shares = Pick<PublishedShares, 'model' | 'epoch' | 'snapshot'>

/**
 * Holds the ledger against the shares that were published: what a key was assigned to follows from the shares of the
 * epoch that its attempt bears, request by request. Each sentence is something that must not be.
 */
export function findMisroutings(
  attempts: readonly Attempt[],
  published: readonly Shares[],
): readonly string[] {
  return [...findRepeats(published), ...attempts.flatMap((attempt) => checkAttempt(attempt, published))]
}

/** An epoch is published once, and follows the one before it: no change is made twice, and none is taken back unseen. */
function findRepeats(published: readonly Shares[]): readonly string[] {
  return [...Map.groupBy(published, ({ model }) => model)].flatMap(([model, shares]) =>
    shares.flatMap(({ epoch }, index) => {
      const before = shares[index - 1]?.epoch
      if (before === undefined || epoch === before + 1) return []
      return [`${model}: epoch ${epoch} was published after epoch ${before}`]
    }),
  )
}

function checkAttempt(attempt: Attempt, published: readonly Shares[]): readonly string[] {
  const { attemptId, model, version, epoch, share, key } = attempt
  // Before anything was ever rolled out.
  if (epoch === null) return []
  const snapshot = published.find((one) => one.model === model && one.epoch === epoch)?.snapshot
  if (snapshot === undefined) return [`${attemptId} bears epoch ${epoch}, which was never published`]
  const { arms, stableVersion } = snapshot
  if (key === null) {
    return version === stableVersion ? [] : [`${attemptId} stands in for another, but went to ${version}`]
  }
  const assigned = assignArm(key, model, arms)
  if (assigned.version !== version) {
    return [
      `${attemptId} of ${key} went to ${version} in epoch ${epoch}, its share is with ${assigned.version}`,
    ]
  }
  return assigned.share === share ? [] : [`${attemptId} bears a share of ${share}, it was ${assigned.share}`]
}
