import { type Column, renderTable } from './table.ts'
import type { ListedNode, ListedVersion, NodeList } from '../../domain/nodes/node-list.ts'
import { formatDuration } from './format.ts'

const COLUMNS: readonly Column[] = [
  { title: 'node' },
  { title: 'state' },
  { title: 'free', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'version' },
  { title: 'phase' },
  { title: 'slots', align: 'right' },
  { title: 'queue', align: 'right' },
  { title: 'tokens/s', align: 'right' },
  { title: 'takes', align: 'right' },
]

const GIBIBYTE = 2 ** 30
const MEBIBYTE = 2 ** 20

/** A row for each version on each node; below it, why versions failed. */
export function nodeTable({ nodes }: NodeList): string {
  if (nodes.length === 0) {
    return 'No GPU node has announced itself: start one with `node workers/gpu-node-main.ts`, or `npm run dev`.'
  }
  const reasons = nodes.flatMap(({ nodeId, versions }) =>
    versions.flatMap(({ model, version, reason }) =>
      reason === undefined ? [] : [`${nodeId}, ${model} ${version}: ${reason}`],
    ),
  )
  return [renderTable(COLUMNS, nodes.flatMap(rows)), ...(reasons.length === 0 ? [] : ['', ...reasons])].join(
    '\n',
  )
}

function rows(node: ListedNode): readonly (readonly string[])[] {
  const { nodeId, state, seenBeforeMs, memoryBytes, freeMemoryBytes, versions } = node
  const head = [
    nodeId,
    state === 'gone' ? `gone for ${formatDuration(seenBeforeMs)}` : state,
    state === 'gone' ? '–' : formatBytes(freeMemoryBytes),
    formatBytes(memoryBytes),
  ]
  if (versions.length === 0) return [[...head, '(none)', '', '', '', '', '']]
  return versions.map((version, index) => [
    ...(index === 0 ? head : ['', '', '', '']),
    ...versionCells(version),
  ])
}

function versionCells(version: ListedVersion): readonly string[] {
  const { model, phase, slots, busySlots, queuedCalls, waitingCalls, tokensPerSecond, memoryBytes } = version
  return [
    `${model} ${version.version}`,
    phase,
    slots === 0 ? '–' : `${busySlots}/${slots}`,
    waitingCalls === undefined ? String(queuedCalls) : String(waitingCalls + queuedCalls),
    tokensPerSecond === undefined ? '–' : tokensPerSecond.toFixed(1),
    memoryBytes === undefined ? '–' : formatBytes(memoryBytes),
  ]
}

function formatBytes(bytes: number): string {
  return bytes < GIBIBYTE ? `${Math.round(bytes / MEBIBYTE)} MiB` : `${(bytes / GIBIBYTE).toFixed(1)} GiB`
}
