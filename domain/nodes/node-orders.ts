import type { RefusedVersion } from './assign-node.ts'
import type { VersionName } from './node.ts'

/** What a node is told when it has announced itself. */
export type NodeOrders =
  | {
      readonly status: 'accepted'
      /** All that it is to hold. */
      readonly wanted: readonly VersionName[]
      /** Versions that it has no room for. */
      readonly refused: readonly RefusedVersion[]
    }
  /** Another process announces itself under the same id and began later: this one is to change nothing. */
  | { readonly status: 'displaced' }
