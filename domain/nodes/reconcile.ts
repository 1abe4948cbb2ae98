import { isSameVersion } from './known-node.ts'
import type { VersionName } from './node.ts'

/** A version that a node has taken up. */
export interface HeldVersion extends VersionName {
  /** Whether it is on its way out. */
  readonly isDraining: boolean
}

/** What a node does to hold what it is to hold. */
export interface NodeChanges {
  readonly load: readonly VersionName[]
  /** Stops taking calls, lets those under way end, then frees the memory. */
  readonly drain: readonly VersionName[]
}

/** The way from what a node holds to what it is to hold. What is wanted again while it drains is loaded after that. */
export function reconcile(held: readonly HeldVersion[], wanted: readonly VersionName[]): NodeChanges {
  return {
    load: wanted.filter((name) => !held.some((other) => isSameVersion(other, name))),
    drain: held
      .filter((version) => !version.isDraining && !wanted.some((name) => isSameVersion(name, version)))
      .map(({ model, version }) => ({ model, version })),
  }
}
