import { hostedOn, type KnownNode, NODE_LIVE_MS, type NodesView } from './known-node.ts'
import type { HostedVersion, NodeAnnouncement } from './node.ts'
import { versionKey } from '../routing/route-facts.ts'

/** `waiting`: placed on a node that has not taken it up; `gone`: with its node. */
export type ListedPhase = HostedVersion['phase'] | 'waiting' | 'gone'

/** A version on a node, or one that is to be there. */
export interface ListedVersion extends Omit<HostedVersion, 'phase'> {
  readonly phase: ListedPhase
  /** Calls in the version's queue that no node has taken; absent when that cannot be told. */
  readonly waitingCalls?: number
}

export interface ListedNode extends Pick<
  NodeAnnouncement,
  'nodeId' | 'startedAtMs' | 'memoryBytes' | 'freeMemoryBytes' | 'gpu'
> {
  readonly state: 'live' | 'stopping' | 'gone'
  /** How long ago it announced itself, in milliseconds. */
  readonly seenBeforeMs: number
  readonly versions: readonly ListedVersion[]
}

/** What `listNodes` answers: an object, so that it can grow. */
export interface NodeList {
  readonly nodes: readonly ListedNode[]
}

/** The nodes for people, by id. `waitingCalls`: by `versionKey`. */
export function toNodeList(
  { nodes, nowMs }: NodesView,
  waitingCalls: ReadonlyMap<string, number> = new Map(),
): NodeList {
  const listed = nodes.map((node) => listNode(node, nowMs, waitingCalls))
  return { nodes: listed.toSorted((left, right) => (left.nodeId < right.nodeId ? -1 : 1)) }
}

function listNode(node: KnownNode, nowMs: number, waitingCalls: ReadonlyMap<string, number>): ListedNode {
  const { announcement, seenAtMs } = node
  const { nodeId, startedAtMs, memoryBytes, freeMemoryBytes, gpu } = announcement
  const state = stateOf(node, nowMs)
  const versions = { live: presentVersions, stopping: stoppingVersions, gone: goneVersions }[state](node)
  return {
    nodeId,
    startedAtMs,
    memoryBytes,
    freeMemoryBytes,
    ...(gpu === undefined ? {} : { gpu }),
    state,
    seenBeforeMs: Math.max(0, Math.round(nowMs - seenAtMs)),
    versions: versions.toSorted(byName).map((version) => {
      const waiting = waitingCalls.get(versionKey(version))
      return waiting === undefined ? version : { ...version, waitingCalls: waiting }
    }),
  }
}

function byName(left: ListedVersion, right: ListedVersion): number {
  return versionKey(left) < versionKey(right) ? -1 : 1
}

function stateOf({ announcement, seenAtMs }: KnownNode, nowMs: number): ListedNode['state'] {
  if (nowMs - seenAtMs >= NODE_LIVE_MS) return 'gone'
  return announcement.isStopping === true ? 'stopping' : 'live'
}

function stoppingVersions({ announcement }: KnownNode): readonly ListedVersion[] {
  return announcement.versions
}

function presentVersions(node: KnownNode): readonly ListedVersion[] {
  const waiting = node.placements.filter((placement) => hostedOn(node, placement) === undefined)
  return [
    ...node.announcement.versions,
    ...waiting.map(({ model, version }) => unoccupied(model, version, 'waiting')),
  ]
}

function goneVersions({ placements }: KnownNode): readonly ListedVersion[] {
  return placements.map(({ model, version }) => unoccupied(model, version, 'gone'))
}

function unoccupied(model: string, version: string, phase: ListedPhase): ListedVersion {
  return { model, version, phase, slots: 0, busySlots: 0, queuedCalls: 0 }
}
