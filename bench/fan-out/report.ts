import { median, printTable, requireAtMost } from '../rig/figures.ts'
import { type FanOut, shapeName } from './fan-out.ts'
import type { Times } from './measure.ts'

export interface Report {
  readonly cases: readonly FanOut[]
  readonly times: Times
  /** The contender that is no system at all: everything is shown as a multiple of it. */
  readonly raw: string
  /** The engine without a saga: what the bounds refer to. */
  readonly floor: string
  /** The engine with the product's division into workers; beside it, without a bound. */
  readonly splitFloor: string
  readonly product: string
}

/** Prints a table for each latency, every place where a peer wins, and the bounds. */
export function report({ cases, times, raw, floor, splitFloor, product }: Report): void {
  const middle = (name: string, fanOut: FanOut): number => median(times.get(name)?.get(fanOut) ?? [])
  for (const [latencyMs, group] of Map.groupBy(cases, (fanOut) => fanOut.latencyMs)) {
    const rounds = times.get(raw)?.values().next().value?.length ?? 0
    const rows = [...times.keys()].map((name) => [
      name,
      ...group.map((fanOut) =>
        name === raw
          ? `${middle(name, fanOut).toFixed(0)} ms`
          : (middle(name, fanOut) / middle(raw, fanOut)).toFixed(2),
      ),
    ])
    const ratios = [floor, splitFloor].map((name) => [
      `${product} ÷ ${name}`,
      ...group.map((fanOut) => (middle(product, fanOut) / middle(name, fanOut)).toFixed(2)),
    ])
    printTable(
      `Calls of ${latencyMs} ms, × ${raw}; medians of ${rounds} rounds in shuffled order`,
      ['', ...group.map(shapeName)],
      [...rows, ...ratios],
    )
  }
  printWins(cases, times, { raw, floor, splitFloor, product }, middle)
  for (const fanOut of cases) {
    const ratio = middle(product, fanOut) / middle(floor, fanOut)
    const name = `${product} ÷ ${floor}, ${shapeName(fanOut)} at ${fanOut.latencyMs} ms`
    requireAtMost(name, ratio, mostTimesFloor(fanOut))
  }
}

/** The most that the whole saga may take, as a multiple of the engine's floor. */
function mostTimesFloor({ runs, latencyMs }: FanOut): number {
  if (runs > 1) return 1.4
  return latencyMs >= 500 ? 1.1 : 1.3
}

function printWins(
  cases: readonly FanOut[],
  times: Times,
  { raw, floor, splitFloor, product }: Omit<Report, 'cases' | 'times'>,
  middle: (name: string, fanOut: FanOut) => number,
): void {
  const peers = [...times.keys()].filter((name) => ![raw, floor, splitFloor, product].includes(name))
  const wins = peers.flatMap((name) =>
    cases.flatMap((fanOut) => {
      const ratio = middle(product, fanOut) / middle(name, fanOut)
      if (!(ratio > 1)) return []
      return [
        `  ${name}, ${shapeName(fanOut)} at ${fanOut.latencyMs} ms: ${product} takes ${ratio.toFixed(2)} ×`,
      ]
    }),
  )
  console.log(`\nWhere a peer wins: ${wins.length} of ${peers.length * cases.length} places`)
  for (const win of wins) console.log(win)
  console.log()
}
