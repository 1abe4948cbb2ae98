import { expect, test } from 'vitest'
import type { ListedNode } from '../../domain/nodes/node-list.ts'
import { nodeTable } from '../../cli/render/node-list.ts'

const GIB = 2 ** 30

function listed(nodeId: string, changes: Partial<ListedNode> = {}): ListedNode {
  return {
    nodeId,
    startedAtMs: 0,
    memoryBytes: 80 * GIB,
    freeMemoryBytes: 70 * GIB,
    state: 'live',
    seenBeforeMs: 900,
    versions: [],
    ...changes,
  }
}

test('nodes stand with their versions, slots, queues and speed, and with what failed', () => {
  const v1 = { model: 'chat', version: 'v1', slots: 8, busySlots: 3, queuedCalls: 1 }
  const table = nodeTable({
    nodes: [
      listed('gpu-1', {
        versions: [
          { ...v1, phase: 'ready', waitingCalls: 4, tokensPerSecond: 41.23, memoryBytes: 8.25 * GIB },
          { ...v1, version: 'v2', phase: 'failed', busySlots: 0, queuedCalls: 0, reason: 'no such file' },
        ],
      }),
      listed('gpu-2', { freeMemoryBytes: 512 * 2 ** 20 }),
      listed('gpu-3', {
        state: 'gone',
        seenBeforeMs: 65_000,
        versions: [{ ...v1, phase: 'gone', slots: 0, busySlots: 0, queuedCalls: 0 }],
      }),
    ],
  })
  expect(table.split('\n').map((line) => line.trimEnd())).toEqual([
    'node   state                    free        of  version  phase   slots  queue  tokens/s    takes',
    '─────  ───────────────────  ────────  ────────  ───────  ──────  ─────  ─────  ────────  ───────',
    'gpu-1  live                 70.0 GiB  80.0 GiB  chat v1  ready     3/8      5      41.2  8.3 GiB',
    '                                                chat v2  failed    0/8      0         –        –',
    'gpu-2  live                  512 MiB  80.0 GiB  (none)',
    'gpu-3  gone for 1 min 05 s         –  80.0 GiB  chat v1  gone        –      0         –        –',
    '',
    'gpu-1, chat v2: no such file',
  ])
})

test('without nodes it says how to start one', () => {
  expect(nodeTable({ nodes: [] })).toContain('node workers/gpu-node-main.ts')
})
