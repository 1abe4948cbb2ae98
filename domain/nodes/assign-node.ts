import { availableBytes, formatMebibytes, neededBytes } from './node-memory.ts'
import { hostedOn, isPlacedOn, isSameVersion, type KnownNode, type NodesView } from './known-node.ts'
import type { VersionName } from './node.ts'

/** What is known when a node announces itself. */
export interface NodeSituation {
  /** With the announcement in it. */
  readonly view: NodesView
  readonly nodeId: string
  /** Whether it is the first announcement of its life. */
  readonly isNewLife: boolean
  /** Versions that have traffic. */
  readonly active: readonly VersionName[]
  /** Every version that nodes may hold at all. */
  readonly known: readonly VersionName[]
}

/** What changes in what a node is to hold. */
export interface NodeAssignment {
  readonly add: readonly VersionName[]
  readonly remove: readonly VersionName[]
  /** Versions that it would have been given, and why not. */
  readonly refused: readonly RefusedVersion[]
}

export interface RefusedVersion extends VersionName {
  readonly reason: string
}

/** A node that restarts is back within this time, and keeps its versions to itself. */
const ORPHANED_AFTER_MS = 120_000

/**
 * A node that begins its life keeps what it held, as far as the catalog still has it, and is given every version with
 * traffic that fits. Later it is only given versions with traffic whose nodes are all gone.
 */
export function assignNode({ view, nodeId, isNewLife, active, known }: NodeSituation): NodeAssignment {
  const node = view.nodes.find(({ announcement }) => announcement.nodeId === nodeId)
  if (node === undefined || node.announcement.isStopping === true) return { add: [], remove: [], refused: [] }
  const missing = active.filter((name) => !isPlacedOn(node, name) && (isNewLife || isOrphaned(name, view)))
  const remove = isNewLife ? node.placements.filter((placement) => !isListed(placement, known)) : []
  return { ...fitting(missing, node, view.nodes), remove: remove.map(toName) }
}

function isOrphaned(name: VersionName, { nodes, nowMs }: NodesView): boolean {
  const holders = nodes.filter((node) => isPlacedOn(node, name))
  // What nobody is to hold was taken back on purpose.
  return holders.length > 0 && holders.every(({ seenAtMs }) => nowMs - seenAtMs >= ORPHANED_AFTER_MS)
}

function isListed(name: VersionName, names: readonly VersionName[]): boolean {
  return names.some((other) => isSameVersion(other, name))
}

function fitting(
  names: readonly VersionName[],
  node: KnownNode,
  nodes: readonly KnownNode[],
): Pick<NodeAssignment, 'add' | 'refused'> {
  const add: VersionName[] = []
  const refused: RefusedVersion[] = []
  let leftBytes = availableBytes(node, nodes)
  for (const name of names) {
    // What it holds already, from before its placement was lost, takes nothing more.
    const bytes = hostedOn(node, name) === undefined ? (neededBytes(name, node, nodes) ?? 0) : 0
    if (bytes <= leftBytes) {
      leftBytes -= bytes
      add.push(name)
    } else {
      const figures = `it needs about ${formatMebibytes(bytes)} and ${formatMebibytes(leftBytes)} are free`
      refused.push({ ...name, reason: `there is no room for ${name.model} ${name.version}: ${figures}` })
    }
  }
  return { add, refused }
}

function toName({ model, version }: VersionName): VersionName {
  return { model, version }
}
