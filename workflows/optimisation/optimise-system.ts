import { optimisationUpkeep, optimisationWaits } from '../optimisation-proxies.ts'
import { NOTHING_REMOVED } from '../../domain/maintenance/retention-status.ts'
import type { OptimisationRequest } from '../../domain/optimisation/request.ts'
import type { OptimisationResult } from '../../domain/optimisation/result.ts'
import { makePass } from '../retention-pass.ts'
import { readRetentionInput } from '../inputs/retention-input.ts'
import type { SystemAction } from '../../domain/optimisation/actions.ts'

/** Optimises the system itself. */
export async function optimiseSystem(
  action: SystemAction,
  request: OptimisationRequest,
): Promise<OptimisationResult> {
  const { dryRun, idleForMs, ledger, confidence } = request
  switch (action) {
    case 'idle-unload':
      return optimisationWaits.unloadIdleVersions({ idleForMs, dryRun })
    case 'cache-pruning':
      return prune(dryRun)
    case 'ledger-roll-up':
      return optimisationWaits.rollUpLedger({ ledger, dryRun })
    case 'statistics':
      return optimisationUpkeep.refreshStatistics({ dryRun, confidence })
  }
}

/** A pass of the retention now, by its own rules: nothing goes that would not have gone a few hours later. */
async function prune(dryRun: boolean): Promise<OptimisationResult> {
  const before = await optimisationUpkeep.contentUsage()
  const removed = dryRun ? NOTHING_REMOVED : await makePass(readRetentionInput(undefined))
  return optimisationUpkeep.judgePruning({ before, removed, dryRun })
}
