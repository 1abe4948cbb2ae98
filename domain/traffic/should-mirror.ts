import { placeOf } from '../rollout/assign.ts'
import type { TrafficSnapshot } from './traffic-state.ts'

/**
 * Whether the version that gets copies is to get one of this request too: one that it answers itself is not copied.
 * Among the other requests a key's place decides, apart from the place that its version is assigned by; a larger share
 * takes in more keys and lets none go.
 * @param key `assignmentKey` of the request
 * @param assigned the version that answers it
 */
export function shouldMirror(key: string, assigned: string, { model, mirror }: TrafficSnapshot): boolean {
  if (mirror === undefined || mirror.version === assigned) return false
  return placeOf(key, `${model}/mirror`) < mirror.percent / 100
}
