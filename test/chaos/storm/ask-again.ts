import { makeRequest, type RequestEnd } from './make-request.ts'
import { createSwitchyard } from '../../../client/switchyard.ts'
import type { RequestRecord } from './start-load.ts'
import type { StormProcesses } from './storm-processes.ts'

/** Requests that are asked about at the same time. */
const AT_ONCE = 20

/** Sends all requests once more under their ids, as a client does that has lost its answers. Ends by request id. */
export async function askAgain(
  { address, contentDir }: Pick<StormProcesses, 'address' | 'contentDir'>,
  records: readonly RequestRecord[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RequestEnd>> {
  const switchyard = await createSwitchyard({ address, namespace: 'default', contentDir })
  const ends = new Map<string, RequestEnd>()
  const left = records.map(({ planned }) => planned)
  const oneAfterTheOther = async (): Promise<void> => {
    for (let planned = left.pop(); planned !== undefined; planned = left.pop()) {
      // oxlint-disable-next-line no-await-in-loop
      ends.set(planned.requestId, await makeRequest(switchyard, planned, signal))
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther))
    return ends
  } finally {
    await switchyard.close()
  }
}
