import { CancellationScope } from '@temporalio/workflow'

/**
 * Runs a short local activity to its end, whoever is cancelled meanwhile. One that is cancelled in the very workflow task
 * in which it ended leaves the SDK's state machines at odds with each other, and the workflow never goes on.
 */
export function shielded<Result>(work: () => Promise<Result>): Promise<Result> {
  return CancellationScope.nonCancellable(work)
}
