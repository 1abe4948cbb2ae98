import { describe, expect, it } from 'vitest'
import type { AttemptCosts, OperationCosts } from '../../store/cost-report.ts'
import { findDisagreements } from './support/find-disagreements.ts'
import type { JournalEntry } from '../../providers/simulated/journal.ts'

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

function entry(attemptId: string): JournalEntry {
  return {
    attemptId,
    at: '2026-11-21T00:00:00.000Z',
    model: 'sim-main-2026-01-01',
    surface: 'openai',
    status: 200,
    inputTokens: 10,
    outputTokens: 5,
    answered: true,
  }
}

function row(attemptId: string, changes: Partial<AttemptCosts> = {}): AttemptCosts {
  return {
    attemptId,
    number: 1,
    model: 'sim-main',
    version: '2026-01-01',
    provider: 'simulated',
    endpoint: 'simulated',
    status: 'completed',
    reservedNanoUsd: 100_000,
    costNanoUsd: BILL,
    priceVersion: 'test',
    inputTokens: 10,
    outputTokens: 5,
    finishReason: 'stop',
    failureKind: null,
    latencyMs: 1,
    timeToFirstTokenMs: null,
    openedAt: '2026-11-21T00:00:00.000Z',
    closedAt: '2026-11-21T00:00:01.000Z',
    correctedAt: null,
    bookedBeforeNanoUsd: null,
    ...changes,
  }
}

function operation(attempts: readonly AttemptCosts[]): OperationCosts {
  return {
    operationId: 'call/default/1',
    kind: 'call',
    tenant: 'default',
    user: null,
    feature: null,
    taskId: null,
    status: 'completed',
    acceptedAt: '2026-11-21T00:00:00.000Z',
    endedAt: '2026-11-21T00:00:01.000Z',
    costNanoUsd: BILL,
    attempts,
  }
}
