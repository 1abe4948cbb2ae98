import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../store/database.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { ENGINES } from '../engines.ts'
import { admission, completion, COMPLETION_COST } from '../records.ts'

const OPERATIONS = 40
const WRITERS = 200

const operation = { taskId: 'crowd' }
const writers = Array.from({ length: WRITERS }, (_, writer) => writer)

/** Two or three operations out of the forty, in an order that differs from writer to writer. */
const picks = (writer: number) => {
  const numbers = [writer % OPERATIONS, (writer * 7 + 3) % OPERATIONS, (writer * 13 + 5) % OPERATIONS]
  return writer % 2 === 0 ? numbers : numbers.toReversed()
}

/** Closes attempt 1 and opens attempt 2. */
const settlement = (number: number) => {
  const { attempt } = admission(`crowd/${number}`)
  const next = admission(`crowd/${number}`, { number: 2, operation })
  return completion(attempt.attemptId, { next })
}
const secondAdmissions = (writer: number) =>
  picks(writer).map((number) => admission(`crowd/${number}`, { number: 2, operation }))

describe.each(ENGINES)('200 writers at once on $name', ({ open }) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('open every attempt once, whichever of them came first', async () => {
    const ledger = createLedger(database)
    const outcomes = await Promise.all(
      writers.map((writer) =>
        ledger.admit(picks(writer).map((number) => admission(`crowd/${number}`, { operation }))),
      ),
    )
    expect(new Set(outcomes.flat().map((outcome) => outcome.status))).toEqual(new Set(['opened']))
    const { totals } = await createCostReports(database).summary({ taskId: 'crowd' })
    expect(totals).toMatchObject({ operations: OPERATIONS, attempts: OPERATIONS, open: OPERATIONS })
  })

  it('book every attempt once and open the one that follows it once', async () => {
    const ledger = createLedger(database)
    await Promise.all(
      writers.map((writer) =>
        writer % 4 === 3
          ? ledger.admit(secondAdmissions(writer))
          : ledger.settle(picks(writer).map((number) => settlement(number))),
      ),
    )
    const { totals } = await createCostReports(database).summary({ taskId: 'crowd' })
    const costNanoUsd = OPERATIONS * COMPLETION_COST
    expect(totals).toMatchObject({ attempts: 2 * OPERATIONS, open: OPERATIONS, costNanoUsd })
  })

  it('chain operations to each other without waiting for each other for ever', async () => {
    const ledger = createLedger(database)
    const next = (number: number) => admission(`chain/${number % OPERATIONS}`, { operation })
    await Promise.all(
      writers.map((writer) =>
        ledger.settle(
          picks(writer).map((number) => {
            const id = admission(`crowd/${number}`).attempt.attemptId
            return completion(id, { next: next(number + writer) })
          }),
        ),
      ),
    )
    const operations = await createCostReports(database).operations({ taskId: 'crowd' })
    expect(operations).toHaveLength(2 * OPERATIONS)
  })
})
