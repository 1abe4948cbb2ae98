import { isCancellation } from '@temporalio/workflow'

/** Waits, and says whether a cancellation of the surrounding scope ended the wait. */
export async function wasCancelledDuring(wait: () => Promise<void>): Promise<boolean> {
  try {
    await wait()
    return false
  } catch (error) {
    if (isCancellation(error)) return true
    throw error
  }
}
