import { CancellationScope } from '@temporalio/workflow'
import type { AdmitCall, AdmitOutcome } from '../../activities/admission.ts'
import type { SettleCall, SettleOutcome } from '../../activities/settlement.ts'
import { bookkeeping } from '../activity-proxies.ts'
import { createBatcher } from './batcher.ts'

/** The ledger as a workflow sees it: both never give up and are never cancelled half way. */
export interface Books {
  admit(call: AdmitCall): Promise<AdmitOutcome>
  settle(settlement: SettleCall): Promise<SettleOutcome>
}

/** The server closes a workflow task that buffers more events than this; batches stay well under it. */
const MAX_BATCH = 500

/** One per workflow: what becomes ready together is admitted, and settled, together. */
export function openBooks(): Books {
  const admit = createBatcher(
    (calls: readonly AdmitCall[]) =>
      CancellationScope.nonCancellable(() => bookkeeping.admitCalls({ calls })),
    MAX_BATCH,
  )
  const settle = createBatcher(
    (settlements: readonly SettleCall[]) =>
      CancellationScope.nonCancellable(() => bookkeeping.settleCalls({ settlements })),
    MAX_BATCH,
  )
  return { admit, settle }
}
