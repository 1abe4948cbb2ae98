/**
 * Collects items of one workflow into batches, one batch in flight at a time: while it runs, everything that
 * arrives joins the next one, so batches grow by themselves with the load.
 * @param run gets at most `maxItems` items and returns one result for each, in their order
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = []
  let running = false

  const drain = async (): Promise<void> => {
    running = true
    // Completions that arrived in one workflow task resume one after the other: let them all join. Few turns, because
    // the SDK records a stack trace for every promise.
    for (let turn = 0; turn < TURNS_TO_GATHER; turn++) await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxItems)
      await runBatch(batch, run)
    }
    running = false
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!running) void drain()
    })
}

const TURNS_TO_GATHER = 2

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

async function runBatch<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item))
    for (const [index, { resolve, reject }] of batch.entries()) {
      const result = results[index]
      if (result === undefined) reject(new Error(`the batch returned no result for item ${index}`))
      else resolve(result)
    }
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}
