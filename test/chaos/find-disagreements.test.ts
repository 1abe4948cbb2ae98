import { describe, expect, it } from 'vitest'
import { findDisagreements } from './support/find-disagreements.ts'
import {
  attemptRow as row,
  callOperation as operation,
  journalEntry as entry,
} from './support/ledger-rows.ts'

/** 10 × 150 + 5 × 600 nano-dollars. */
const BILL = 4_500

describe('findDisagreements', () => {
  it('has nothing to say about exact books', () => {
    const books = [row('a'), row('b', { status: 'ambiguous', costNanoUsd: BILL + 1 })]
    expect(findDisagreements([entry('a'), entry('b')], [operation(books)])).toEqual([])
  })

  it('allows that an ambiguous attempt was never served', () => {
    const books = [row('a', { status: 'ambiguous', costNanoUsd: 1 })]
    expect(findDisagreements([], [operation(books)])).toEqual([])
  })

  it('allows that nothing was sent where the row says so and costs nothing', () => {
    const unsent = { status: 'failed', failureKind: 'unavailable', costNanoUsd: 0 } as const
    expect(findDisagreements([], [operation([row('a', unsent)])])).toEqual([])
    expect(findDisagreements([], [operation([row('a', { ...unsent, costNanoUsd: 1 })])])).toHaveLength(1)
    expect(
      findDisagreements([], [operation([row('a', { ...unsent, failureKind: 'overloaded' })])]),
    ).toHaveLength(1)
  })

  it('allows that an operation whose workflow was terminated has no end', () => {
    const open = operation([row('a')], { status: 'open' })
    expect(findDisagreements([entry('a')], [open], { abandoned: new Set([open.operationId]) })).toEqual([])
  })

  it.each([
    ['a call without a row', [entry('a'), entry('b')], [row('a')], 'b was served, but has no row'],
    ['an attempt that was sent twice', [entry('a'), entry('a')], [row('a')], 'a was sent 2 times'],
    ['two rows of one attempt', [entry('a')], [row('a'), row('a')], '2 rows are of a'],
    ['a completed row of no call', [], [row('a')], 'a is completed, but was never served'],
    ['an open row', [], [row('a', { status: 'open', costNanoUsd: null })], 'a is still open'],
    [
      'a completed row at another price',
      [entry('a')],
      [row('a', { costNanoUsd: BILL + 1 })],
      `a is booked at ${BILL + 1}, its bill is ${BILL}`,
    ],
    [
      'an ambiguous row below its bill',
      [entry('a')],
      [row('a', { status: 'ambiguous', costNanoUsd: BILL - 1 })],
      `a is booked at ${BILL - 1}, below its bill ${BILL}`,
    ],
    [
      'a failed row of a call that was billed',
      [entry('a')],
      [row('a', { status: 'failed', costNanoUsd: 0 })],
      `a is booked at 0, its bill is ${BILL}`,
    ],
  ])('finds %s', (_name, journal, rows, sentence) => {
    expect(findDisagreements(journal, [operation(rows)])).toEqual([sentence])
  })

  it('finds an operation that has not ended', () => {
    expect(findDisagreements([entry('a')], [{ ...operation([row('a')]), status: 'open' }])).toEqual([
      'operation call/default/1 is still open',
    ])
  })
})
