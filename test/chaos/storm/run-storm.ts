import { figuresLine, type StormFigures, stormFigures } from './storm-figures.ts'
import { judgeStorm, type StormFacts } from './judge-storm.ts'
import { CALL_TIMEOUT_MS } from './plan-request.ts'
import { planStorm, type StormSize } from './plan-storm.ts'
import { readBooks } from './read-books.ts'
import { rideStorm } from './ride-storm.ts'
import { startStormProcesses, type StormProcesses } from './storm-processes.ts'

export interface StormOptions extends StormSize {
  /** Requests in flight at the same time. */
  readonly width: number
  readonly onProgress: (line: string) => void
}

export interface StormReport {
  readonly figures: StormFigures
  /** Each sentence is something that must not be. */
  readonly mismatches: readonly string[]
  /** All figures on one line. */
  readonly line: string
}

/** One whole storm: start everything, kill it again and again under load, wait for all ends, compare the books. */
export async function runStorm({ width, onProgress, ...size }: StormOptions): Promise<StormReport> {
  const startedAtMs = performance.now()
  const { seed, store } = size
  const plan = planStorm(size)
  await using processes = await startStormProcesses({
    seed,
    store,
    callTimeoutMs: CALL_TIMEOUT_MS,
    concurrency: width,
    behaviours: plan.behaviours,
  })
  const keep = async (): Promise<void> => {
    await processes.keep()
    onProgress(`journals and logs: ${processes.folder}`)
  }
  try {
    const { kills, ...ridden } = await rideStorm(processes, { plan, seed, width, onProgress })
    onProgress('comparing the books')
    const facts = { ...ridden, ...(await readFacts(processes)) }
    const mismatches = judgeStorm(facts)
    if (mismatches.length > 0) await keep()
    const ownEnds = Object.values(processes.workers).flatMap((worker) => worker.unexpectedEnds)
    for (const end of ownEnds) onProgress(end)
    const figures = stormFigures(facts, { kills, ownEnds: ownEnds.length })
    const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
    const line = figuresLine(figures, { seed, store, seconds, mismatches: mismatches.length })
    return { figures, mismatches, line }
  } catch (error) {
    await keep()
    throw error
  }
}

/** Stops the workers in order, so that an embedded database can be read, and reads all records. */
async function readFacts(
  processes: StormProcesses,
): Promise<Pick<StormFacts, 'journal' | 'books' | 'uncleanStops'>> {
  const uncleanStops = await Promise.all(
    Object.entries(processes.workers).map(async ([name, worker]) => {
      const { code, signal } = await worker.stop('SIGTERM')
      return code === 0 ? [] : [`${name} did not drain (${signal ?? `exit code ${String(code)}`})`]
    }),
  )
  return {
    journal: await processes.journal(),
    books: await readBooks(processes.database),
    uncleanStops: uncleanStops.flat(),
  }
}
