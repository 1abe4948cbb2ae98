import type { SubtaskPhase } from '../task-progress.ts'

/** One subtask as the queue sees it. */
export interface QueueEntry {
  readonly phase: SubtaskPhase
  /** Dependencies that have not completed. */
  readonly missing: number
  /** A person must say yes before it starts, and has not. */
  readonly gated: boolean
}

/**
 * Entries in the order of their priority, as a balanced binary tree that is never changed in place: a change
 * copies the path to one leaf, so that a state kept from before stays what it was.
 */
export type ReadyTree = ReadyLeaf | ReadyBranch

interface ReadyLeaf {
  readonly entry: QueueEntry
  readonly hasReady: boolean
}

interface ReadyBranch {
  readonly left: ReadyTree
  readonly right: ReadyTree
  /** Entries in the left half. */
  readonly split: number
  /** Some entry below is `ready`. */
  readonly hasReady: boolean
}

/** What stands in the one leaf of a plan without subtasks. */
const NO_ENTRY: QueueEntry = { phase: 'completed', missing: 0, gated: false }

/** Builds the tree in O(n). */
export function buildTree(entries: readonly QueueEntry[], from = 0, to = entries.length): ReadyTree {
  if (to - from <= 1) return leaf(entries[from] ?? NO_ENTRY)
  const split = Math.ceil((to - from) / 2)
  return branch(buildTree(entries, from, from + split), buildTree(entries, from + split, to), split)
}

/** The entry at a position from 0, in O(log n). */
export function entryAt(tree: ReadyTree, position: number): QueueEntry {
  if ('entry' in tree) return tree.entry
  return position < tree.split ? entryAt(tree.left, position) : entryAt(tree.right, position - tree.split)
}

/** The tree with another entry at a position, in O(log n). */
export function withEntry(tree: ReadyTree, position: number, entry: QueueEntry): ReadyTree {
  if ('entry' in tree) return leaf(entry)
  const { left, right, split } = tree
  return position < split
    ? branch(withEntry(left, position, entry), right, split)
    : branch(left, withEntry(right, position - split, entry), split)
}

/** Position of the first entry that is `ready`, in O(log n). */
export function firstReady(tree: ReadyTree): number | undefined {
  if (!tree.hasReady) return undefined
  if ('entry' in tree) return 0
  const inLeft = firstReady(tree.left)
  if (inLeft !== undefined) return inLeft
  const inRight = firstReady(tree.right)
  return inRight === undefined ? undefined : inRight + tree.split
}

function leaf(entry: QueueEntry): ReadyLeaf {
  return { entry, hasReady: entry.phase === 'ready' }
}

function branch(left: ReadyTree, right: ReadyTree, split: number): ReadyBranch {
  return { left, right, split, hasReady: left.hasReady || right.hasReady }
}
