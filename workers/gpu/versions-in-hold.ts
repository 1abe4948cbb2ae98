import { type HeldVersion, reconcile } from '../../domain/nodes/reconcile.ts'
import type { VersionInHold } from './hold-version.ts'
import type { VersionName } from '../../domain/nodes/node.ts'
import { versionKey } from '../../domain/routing/route-facts.ts'

/** The versions that a node has taken up, brought to what it is to hold. */
export interface VersionsInHold {
  /** Takes up what is missing and lets go of what is not wanted any more. */
  follow(wanted: readonly VersionName[]): void
  list(): readonly VersionInHold[]
  /** Lets go of everything, each call within the given time. */
  stop(graceMs: number): Promise<void>
}

/** @param onGone a version has ended, and its memory is free */
export function createVersionsInHold(
  hold: (name: VersionName) => VersionInHold,
  onGone: () => void,
): VersionsInHold {
  const versions = new Map<string, VersionInHold>()
  let wanted: readonly VersionName[] = []
  let isStopping = false

  const follow = (): void => {
    if (isStopping) return
    const held = [...versions.values()].map(toHeld)
    const { load, drain } = reconcile(held, wanted)
    for (const name of drain) void letGo(name)
    for (const name of load) versions.set(versionKey(name), hold(name))
  }
  const letGo = async (name: VersionName): Promise<void> => {
    await versions.get(versionKey(name))?.stop()
    versions.delete(versionKey(name))
    onGone()
    // It may be wanted again by now.
    follow()
  }
  return {
    follow: (names) => {
      wanted = names
      follow()
    },
    list: () => [...versions.values()],
    stop: async (graceMs) => {
      isStopping = true
      await Promise.all([...versions.values()].map((version) => version.stop(graceMs)))
      versions.clear()
    },
  }
}

function toHeld(version: VersionInHold): HeldVersion {
  return { model: version.model, version: version.version, isDraining: version.isDraining() }
}
