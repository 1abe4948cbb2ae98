import type { Database } from '../connection.ts'
import type { Ledger } from './ledger.ts'

/** Embedded, transactions run one after the other; a server has something to do while others commit. */
const GROUPS_IN_FLIGHT: Readonly<Record<Database['engine'], number>> = { pglite: 1, postgresql: 4 }

/** Records in one transaction, unless a single caller has more. */
const MOST_RECORDS = 500

/**
 * The same ledger for many callers at once: what arrives while a transaction is under way goes together in the next
 * one, in the order in which it came. A transaction that fails is run again caller by caller, so that nobody fails for
 * another's records.
 */
export function createGroupedLedger(ledger: Ledger, { engine }: Pick<Database, 'engine'>): Ledger {
  const mostInFlight = GROUPS_IN_FLIGHT[engine]
  return {
    admit: groupCalls((records) => ledger.admit(records), mostInFlight),
    settle: groupCalls((records) => ledger.settle(records), mostInFlight),
  }
}

type Run<Item, Outcome> = (records: readonly Item[]) => Promise<readonly Outcome[]>

interface Caller<Item, Outcome> {
  readonly records: readonly Item[]
  readonly resolve: (outcomes: readonly Outcome[] | Promise<readonly Outcome[]>) => void
  readonly reject: (error: unknown) => void
}

function groupCalls<Item, Outcome>(run: Run<Item, Outcome>, mostInFlight: number): Run<Item, Outcome> {
  const waiting: Caller<Item, Outcome>[] = []
  let inFlight = 0

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- what arrives meanwhile is what makes the next group
      await runGroup(run, takeGroup(waiting))
    }
    inFlight--
  }

  return (records) =>
    new Promise((resolve, reject) => {
      waiting.push({ records, resolve, reject })
      if (inFlight >= mostInFlight) return
      inFlight++
      // Those who come in the same turn of the event loop go together.
      setImmediate(() => void work())
    })
}

function takeGroup<Item, Outcome>(waiting: Caller<Item, Outcome>[]): readonly Caller<Item, Outcome>[] {
  let count = 0
  const tooMany = waiting.findIndex(({ records }, index) => {
    count += records.length
    return index > 0 && count > MOST_RECORDS
  })
  return waiting.splice(0, tooMany === -1 ? waiting.length : tooMany)
}

/** Answers every caller of a group; never throws. */
async function runGroup<Item, Outcome>(
  run: Run<Item, Outcome>,
  callers: readonly Caller<Item, Outcome>[],
): Promise<void> {
  try {
    const outcomes = await run(callers.flatMap(({ records }) => records))
    let start = 0
    for (const { records, resolve } of callers) resolve(outcomes.slice(start, (start += records.length)))
  } catch (error) {
    const [only] = callers
    if (only !== undefined && callers.length === 1) only.reject(error)
    else await Promise.all(callers.map((caller) => runGroup(run, [caller])))
  }
}
