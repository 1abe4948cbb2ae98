import { makeRequest, type RequestEnd } from './make-request.ts'
import { type PlannedRequest, planRequest } from './plan-request.ts'
import type { Switchyard } from '../../../client/switchyard.ts'

/** A request that was accepted, and its end. */
export interface RequestRecord {
  readonly planned: PlannedRequest
  readonly end: RequestEnd
}

/** Requests in flight, a new one for each that ends. */
export interface Load {
  /** Accepted and without an end, at this moment. */
  inFlight(): number
  /** No more requests; resolves when all have ended. */
  finish(): Promise<readonly RequestRecord[]>
}

export interface LoadOptions {
  readonly switchyard: Switchyard
  readonly seed: number
  /** Requests at the same time. */
  readonly width: number
  readonly signal: AbortSignal
  readonly onAccepted: (planned: PlannedRequest) => void
}

/** Keeps `width` requests of a storm under way. */
export function startLoad({ switchyard, seed, width, signal, onAccepted }: LoadOptions): Load {
  const records: RequestRecord[] = []
  let next = 0
  let accepted = 0
  const finishing = new AbortController()
  const oneAfterTheOther = async (): Promise<void> => {
    while (!finishing.signal.aborted) {
      const planned = planRequest(seed, next++)
      // oxlint-disable-next-line no-await-in-loop -- that is its name
      const end = await makeRequest(switchyard, planned, signal, () => {
        accepted += 1
        onAccepted(planned)
      })
      records.push({ planned, end })
    }
  }
  const all = Promise.all(Array.from({ length: width }, oneAfterTheOther))
  // Whoever finishes the load hears of it.
  all.catch(() => {})
  return {
    inFlight: () => accepted - records.length,
    finish: async () => {
      finishing.abort()
      await all
      return records
    },
  }
}
