import { OperationRefusedError } from './errors.ts'
import type { WorkflowHandle } from '@temporalio/client'

/** Cancels a run. Temporal accepts that for one that is over, too, and nothing happens: here it is refused. */
export async function cancelWhileRunning(handle: WorkflowHandle, name: string): Promise<void> {
  const { status } = await handle.describe()
  if (status.name !== 'RUNNING') {
    throw new OperationRefusedError(
      `${name} is over: ${status.name.toLowerCase()}`,
      'There is nothing left to cancel; what it used is booked.',
    )
  }
  await handle.cancel()
}
