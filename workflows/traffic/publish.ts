import { canonicalJson, toJson } from '../../domain/json.ts'
import { snapshotOf, type TrafficState } from '../../domain/traffic/traffic-state.ts'
import { routingBooks } from '../activity-proxies.ts'
import { shielded } from '../saga/shielded.ts'

/** What stands in the routing table. */
export interface Published {
  readonly epoch: number
  /** Whether it is what was to be published. */
  readonly isOurs: boolean
}

/** Writes what requests are assigned by to the routing table, unless something newer stands there. */
export async function publish(state: TrafficState): Promise<Published> {
  const snapshot = snapshotOf(state)
  const stored = await shielded(() => routingBooks.publishTraffic({ snapshot }))
  const isOurs = canonicalJson(toJson(stored)) === canonicalJson(toJson(snapshot))
  return { epoch: stored.epoch, isOurs }
}
