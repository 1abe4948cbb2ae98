import { continueAsNew } from '@temporalio/workflow'

/** Continues as new as often as it is told, then ends. */
export async function renewing({ runs }: { readonly runs: number }): Promise<string> {
  if (runs > 1) return continueAsNew<typeof renewing>({ runs: runs - 1 })
  return 'done'
}
