import { setTimeout as sleep } from 'node:timers/promises'
import { makeCalls, TENANT } from '../../test/chaos/leave-nothing/load.ts'
import { printTable, requireAtMost } from '../rig/figures.ts'
import { type ProcessMemory, readResidentMemory } from './resident-memory.ts'
import { readBenchOptions } from '../rig/read-options.ts'
import { startWholeSystem, type WholeSystem } from '../../test/chaos/leave-nothing/rig.ts'

/** What a process may hold after all requests, as a multiple of what it held after the first ones. */
const MOST_GROWTH = 1.1

/** Time without work before memory is read. */
const IDLE_MS = 10_000

const MILLION_DOLLARS_NANO_USD = 1e15

interface Reading {
  readonly requests: number
  readonly processes: readonly (ProcessMemory & { readonly part: keyof WholeSystem['pids'] })[]
}

const {
  first,
  all,
  'in-flight': inFlight,
  step,
} = readBenchOptions('bench:leave-nothing', { first: 200, all: 500, 'in-flight': 25, step: 100 })
if (first >= all) {
  console.error('--first must be less than --all')
  process.exit(2)
}

await using system = await startWholeSystem()
const { switchyard } = system
await switchyard.setBudget({
  tenant: TENANT,
  window: 'day',
  capNanoUsd: MILLION_DOLLARS_NANO_USD,
  whenSpent: 'reject',
})
const stops = new Set([first, all])
for (let count = step; count < all; count += step) stops.add(count)
const readings: Reading[] = []
let made = 0
const startedAt = performance.now()
for (const count of [...stops].toSorted((left, right) => left - right)) {
  await makeCalls(switchyard, { from: made, to: count, inFlight })
  made = count
  await sleep(IDLE_MS)
  readings.push(await readMemory(system, count))
}
const objects = await system.countObjects()
console.log(
  `${made} requests, ${inFlight} at a time, one in five fails once; ` +
    `${((performance.now() - startedAt - readings.length * IDLE_MS) / 1000).toFixed(0)} s; ${objects} stored texts`,
)
printMemory(readings)
await system.removeContents()
const left = await system.stop()
console.log(`${left.operations} operations, ${left.attempts} attempts`)
requireAtMost('requests without an operation', all - left.operations, 0)
requireAtMost('open operations', left.openOperations, 0)
requireAtMost('open attempts', left.openAttempts, 0)
requireAtMost('reserved nano-dollars', left.reservedNanoUsd, 0)
requireAtMost('tickets', left.tickets, 0)
requireAtMost('texts with an owner, a second after the end of their operations', left.ownedTexts, 0)
requireAtMost('objects in the content store, after their grace', await system.countObjects(), 0)
requireFlatMemory(readings)

async function readMemory({ pids }: WholeSystem, requests: number): Promise<Reading> {
  const parts = ['orchestrator', 'cloud worker', 'Temporal server'] as const
  const processes = await Promise.all(
    parts.map(async (part) =>
      (await readResidentMemory(pids[part])).map((process) => ({ ...process, part })),
    ),
  )
  return { requests, processes: processes.flat() }
}

function printMemory(taken: readonly Reading[]): void {
  const last = taken.at(-1)?.processes ?? []
  printTable(
    `Resident memory in MiB (VmRSS), ${IDLE_MS / 1000} s after the last answer, nothing forced`,
    ['process', ...taken.map(({ requests }) => String(requests)), `${MOST_GROWTH} × at ${first}`],
    last.map(({ part, name, pid }) => [
      `${part}: ${name}`,
      ...taken.map((reading) => mebibytesOf(reading, pid).toFixed(1)),
      (MOST_GROWTH * mebibytesOf(readingAt(first ?? 0), pid)).toFixed(1),
    ]),
  )
}

function requireFlatMemory(taken: readonly Reading[]): void {
  const last = taken.at(-1)
  for (const { part, name, pid } of last?.processes ?? []) {
    const growth =
      last === undefined ? Number.NaN : mebibytesOf(last, pid) / mebibytesOf(readingAt(first ?? 0), pid)
    // The dev server's caches are Temporal's own matter: it is printed, and no part of the bound.
    if (part === 'Temporal server') console.log(`       ${part}: ${name}: ${growth.toFixed(2)} ×`)
    else requireAtMost(`${part}: ${name}, memory at ${made} ÷ at ${first}`, growth, MOST_GROWTH)
  }
}

function readingAt(requests: number): Reading {
  const found = readings.find((reading) => reading.requests === requests)
  if (found === undefined) throw new Error(`memory was not read at ${requests}`)
  return found
}

function mebibytesOf({ processes }: Reading, pid: number): number {
  return processes.find((process) => process.pid === pid)?.mebibytes ?? Number.NaN
}
