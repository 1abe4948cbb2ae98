/** What is measured: `runs` workflows at once, each with `width` parallel calls of an upstream. */
export interface FanOut {
  readonly runs: number
  readonly width: number
  /** Time after which the upstream answers, in milliseconds. */
  readonly latencyMs: number
}

/** A system under measurement. */
export interface Contender {
  readonly name: string
  /**
   * Runs a fan-out once.
   * @returns the time from its start until every answer is here, in milliseconds
   */
  run(fanOut: FanOut): Promise<number>
}

/** How wide one workflow is, or how many run at once; in the order of the tables. */
export const SHAPES = [
  { runs: 1, width: 1 },
  { runs: 1, width: 8 },
  { runs: 1, width: 32 },
  { runs: 1, width: 100 },
  { runs: 16, width: 8 },
] as const

/** How a shape is written: `N = 8` for one workflow, `16 × 8` for several. */
export function shapeName({ runs, width }: Pick<FanOut, 'runs' | 'width'>): string {
  return runs === 1 ? `N = ${width}` : `${runs} × ${width}`
}

/** Does something once for each workflow of a fan-out, all at once, and takes the time. */
export async function timeRuns(runs: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: runs }, work))
  return performance.now() - startedAt
}
