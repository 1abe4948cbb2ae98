import { describe, expect, it } from 'vitest'
import { judgeStorm, type StormFacts } from './storm/judge-storm.ts'
import { attemptRow, callOperation, journalEntry } from './support/ledger-rows.ts'
import { planRequest } from './storm/plan-request.ts'
import { operationOf, type RequestEnd } from './storm/make-request.ts'

const SEED = 1
/** Requests that nobody interferes with, and one that is terminated. */
const quiet = requestsWith(undefined)
const [planned = planRequest(SEED, 0)] = quiet
const [terminated = planRequest(SEED, 0)] = requestsWith('terminate')
const id = operationOf(planned)
const attemptId = `${id}@run#1`
/** 10 × 150 + 5 × 600 nano-dollars. */
const BILL = 4_500

const answered: RequestEnd = {
  kind: 'answered',
  text: 'amber basin',
  costNanoUsd: BILL,
  attempts: [
    {
      attemptId,
      model: 'model-north',
      version: '2026-01-01',
      endpoint: 'north',
      status: 'completed',
      costNanoUsd: BILL,
    },
  ],
}

const good: StormFacts = {
  records: [{ planned, end: answered }],
  askedAgain: new Map([[planned.requestId, answered]]),
  journal: [journalEntry(attemptId, { model: 'sim-north-2026-01-01' })],
  books: {
    operations: [operation()],
    windows: [
      { budgetId: `day/${planned.tenant}`, spentNanoUsd: BILL, reservedNanoUsd: 0 },
      { budgetId: `day/${planned.tenant}/somebody-else`, spentNanoUsd: 0, reservedNanoUsd: 0 },
    ],
  },
  interventions: { terminate: 1, reset: 1, cancel: 1 },
  uncleanStops: [],
}

describe('judgeStorm', () => {
  it('has nothing to say about a storm that everything survived', () => {
    expect(judgeStorm(good)).toEqual([])
  })

  it('lets the operation of a terminated workflow stay without an end', () => {
    const end = { kind: 'terminated', text: 'was terminated from outside: a storm' } as const
    const left = `${operationOf(terminated)}@run#1`
    const facts = changed({
      records: [...good.records, { planned: terminated, end }],
      askedAgain: new Map([...good.askedAgain, [terminated.requestId, end]]),
      operations: [
        operation(),
        callOperation([attemptRow(left, { status: 'ambiguous', costNanoUsd: 0 })], {
          operationId: operationOf(terminated),
          tenant: 'another',
          status: 'open',
          costNanoUsd: 0,
        }),
      ],
    })
    expect(judgeStorm(facts)).toEqual([])
  })

  it.each([
    ['an accepted request that the ledger does not know', { operations: [] }, 'is not in the ledger'],
    [
      'another answer for who asks again',
      { askedAgain: new Map([[planned.requestId, { ...answered, text: 'other' }]]) },
      'then as answered (other)',
    ],
    ['no answer for who asks again', { askedAgain: new Map<string, RequestEnd>() }, 'then as nothing'],
    [
      'a cancelled request that nobody had cancelled',
      { records: [{ planned, end: { kind: 'cancelled', text: 'x' } as const }] },
      'nobody had asked for that',
    ],
    ['an end that the ledger has not', { operations: [operation({ status: 'failed' })] }, 'is failed in the'],
    [
      'a row that differs from what its caller was told',
      { operations: [operation({}, { status: 'ambiguous', costNanoUsd: BILL + 1 })] },
      `its row is ambiguous at ${BILL + 1}`,
    ],
    ['an operation of nobody', { records: [] }, 'was never accepted'],
    [
      'a budget that still holds a reservation',
      { windows: [{ budgetId: `day/${planned.tenant}`, spentNanoUsd: BILL, reservedNanoUsd: 1 }] },
      'still holds 1 reserved',
    ],
    [
      'a budget that has counted something else',
      { windows: [{ budgetId: `month/${planned.tenant}`, spentNanoUsd: 1, reservedNanoUsd: 0 }] },
      `has counted 1, its operations cost ${BILL}`,
    ],
    ['budgets that nobody used', { windows: [] }, 'no budget was used'],
    [
      'a storm without a reset',
      { interventions: { terminate: 1, reset: 0, cancel: 1 } },
      'no request was hit by reset',
    ],
    ['a worker that did not stop in order', { uncleanStops: ['cloud did not drain'] }, 'did not drain'],
  ])('finds %s', (_name, changes, words) => {
    expect(judgeStorm(changed(changes)).join('\n')).toContain(words)
  })
})

function changed({
  operations,
  windows,
  ...facts
}: Partial<Omit<StormFacts, 'books'>> & Partial<StormFacts['books']>): StormFacts {
  const books = { ...good.books, ...(operations && { operations }), ...(windows && { windows }) }
  return { ...good, ...facts, books }
}

function operation(
  changes: Parameters<typeof callOperation>[1] = {},
  row: Parameters<typeof attemptRow>[1] = {},
) {
  return callOperation([attemptRow(attemptId, row)], {
    operationId: id,
    tenant: planned.tenant,
    user: planned.user,
    ...changes,
  })
}

function requestsWith(intervention: string | undefined) {
  return Array.from({ length: 30 }, (_, index) => planRequest(SEED, index)).filter(
    (request) => request.intervention === intervention,
  )
}
