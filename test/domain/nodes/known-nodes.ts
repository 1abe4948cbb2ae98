import type { HostedVersion, MemoryNeed, VersionName } from '../../../domain/nodes/node.ts'
import type { KnownNode, NodesView } from '../../../domain/nodes/known-node.ts'

export const NOW_MS = 1_000_000
export const MIB = 2 ** 20

export interface NodeChanges {
  /** Default: a second. */
  readonly seenBeforeMs?: number
  readonly freeMiB?: number
  readonly placed?: readonly string[]
  readonly hosted?: readonly HostedVersion[]
  /** MiB by `model version`. */
  readonly needs?: Readonly<Record<string, number>>
  readonly isStopping?: boolean
}

/** `m v1` */
export function nameOf(text: string): VersionName {
  const [model = '', version = ''] = text.split(' ')
  return { model, version }
}

export function hosted(
  text: string,
  phase: HostedVersion['phase'],
  more: Partial<HostedVersion> = {},
): HostedVersion {
  return { ...nameOf(text), phase, slots: 2, busySlots: 0, queuedCalls: 0, ...more }
}

/** A node that has 1,000 MiB free and holds nothing. */
export function node(nodeId: string, changes: NodeChanges = {}): KnownNode {
  const { seenBeforeMs = 1_000, freeMiB = 1_000, placed = [], isStopping } = changes
  const needs = Object.entries(changes.needs ?? {}).map(([text, mebibytes]): MemoryNeed => ({
    ...nameOf(text),
    memoryBytes: mebibytes * MIB,
  }))
  return {
    seenAtMs: NOW_MS - seenBeforeMs,
    placements: placed.map((text) => ({ ...nameOf(text), placedBy: 'test', placedAtMs: 0 })),
    announcement: {
      nodeId,
      startedAtMs: 1,
      memoryBytes: 2_000 * MIB,
      freeMemoryBytes: freeMiB * MIB,
      versions: changes.hosted ?? [],
      needs,
      ...(isStopping === undefined ? {} : { isStopping }),
    },
  }
}

export function view(...nodes: readonly KnownNode[]): NodesView {
  return { nowMs: NOW_MS, nodes }
}
