import type { VersionInHold } from './hold-version.ts'
import type { VersionName } from '../../domain/nodes/node.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

/** What stands in for a version that this node's own catalog does not have: it says so, and is never ready. */
export function unknownVersion({ model, version }: VersionName): VersionInHold {
  const reason = `the catalog of this node has no local version ${model} ${version}`
  const firstServing = Promise.reject(new Error(reason))
  firstServing.catch(() => {})
  return {
    model,
    version,
    isDraining: () => false,
    // Another try changes nothing: it counts as often enough.
    describe: () => ({
      model,
      version,
      phase: 'failed',
      reason,
      failures: 1_000,
      slots: 0,
      busySlots: 0,
      queuedCalls: 0,
    }),
    readiness: () => ({ part: TASK_QUEUES.model(model, version), isReady: false, state: 'unknown' }),
    firstServing,
    stop: async () => {},
  }
}
