import { CancellationScope } from '@temporalio/workflow'
import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { SettleCall, SettleOutcome } from '../../activities/settlement.ts'
import { bookkeeping } from '../activity-proxies.ts'
import { createBatcher } from './batcher.ts'
import { createSharedPause } from './shared-pause.ts'

/** The ledger as a workflow sees it: admission and settlement never give up and are never cancelled half way. */
export interface Books {
  admit(call: AdmitCall): Promise<AdmitOutcome>
  settle(settlement: SettleCall): Promise<SettleOutcome>
  /** Waits before the ledger is asked again; shared by all calls that wait. Ends with a cancellation. */
  pause(durationMs: number): Promise<void>
}

/** The server closes a workflow task that buffers more events than this; batches stay well under it. */
const MAX_BATCH = 500

/** One per workflow: what becomes ready together is admitted, and settled, together. */
export function openBooks(): Books {
  // One scope for all batches: whoever is cancelled, what was begun in the ledger is finished.
  const shielded = new CancellationScope({ cancellable: false })
  const admit = createBatcher(
    (calls: readonly AdmitCall[]) => shielded.run(() => bookkeeping.admitCalls({ calls })),
    MAX_BATCH,
  )
  const settle = createBatcher(
    (settlements: readonly SettleCall[]) => shielded.run(() => bookkeeping.settleCalls({ settlements })),
    MAX_BATCH,
  )
  return { admit, settle, pause: createSharedPause() }
}
