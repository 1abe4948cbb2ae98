/**
 * Collects items of one workflow into batches, one batch in flight at a time: while it runs, everything that
 * arrives joins the next one, so batches grow by themselves with the load.
 *
 * Written with few promises on purpose: the SDK records a stack trace for each one that a workflow makes.
 * @param run gets at most `maxItems` items and returns one result for each, in their order
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = []
  let isRunning = false

  const runNext = (): undefined => {
    const batch = waiting.splice(0, maxItems)
    isRunning = batch.length > 0
    if (!isRunning) return
    void run(batch.map(({ item }) => item)).then(
      (results) => {
        resolveAll(batch, results)
        return runNext()
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error)
        return runNext()
      },
    )
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (isRunning) return
      isRunning = true
      // Completions that arrived in one workflow task resume one after the other: let them all join.
      void ANOTHER_TURN.then(runNext)
    })
}

const ANOTHER_TURN = Promise.resolve()

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

function resolveAll<Item, Result>(batch: readonly Waiting<Item, Result>[], results: readonly Result[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const result = results[index]
    if (result === undefined) reject(new Error(`the batch returned no result for item ${index}`))
    else resolve(result)
  }
}
