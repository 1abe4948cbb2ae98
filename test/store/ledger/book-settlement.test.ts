import { describe, expect, it } from 'vitest'
import { simpleUsage } from '../../../domain/usage.ts'
import { type AttemptState, bookSettlement } from '../../../store/ledger/book-settlement.ts'
import type { SettlementRecord } from '../../../store/ledger/ledger.ts'
import { completion, COMPLETION_COST, loss, PRICE, RESERVED } from '../records.ts'

const open: AttemptState = {
  attemptId: 'a',
  operationId: 'o',
  status: 'open',
  reservedNanoUsd: RESERVED,
  costNanoUsd: null,
  price: PRICE,
}
const ambiguous: AttemptState = { ...open, status: 'ambiguous', costNanoUsd: RESERVED }
const { usage: _usage, ...withoutUsage } = completion('a')

describe('The booking of an open row', () => {
  const cases: readonly [string, SettlementRecord, number][] = [
    ['usage is priced', completion('a'), COMPLETION_COST],
    ['a free failure costs nothing', { attemptId: 'a', status: 'failed', charge: 'nothing' }, 0],
    ['an unknown outcome costs the reservation', loss('a'), RESERVED],
    ['an unknown outcome with partial usage costs the reservation', loss('a', { charge: 'usage' }), RESERVED],
    ['an answer without usage costs the reservation', withoutUsage, RESERVED],
    [
      'an unknown outcome that used more than was reserved costs what it used',
      loss('a', { charge: 'usage', usage: simpleUsage(RESERVED, 0) }),
      RESERVED * 1000,
    ],
  ]
  it.each(cases)('%s', (_title, record, costNanoUsd) => {
    expect(bookSettlement(open, record)).toEqual({
      status: record.status,
      costNanoUsd,
      bookedBeforeNanoUsd: null,
    })
  })
})

describe('The booking of a closed row', () => {
  it('is corrected from ambiguous by usage, and says what it was', () => {
    const corrected = { status: 'completed', costNanoUsd: COMPLETION_COST, bookedBeforeNanoUsd: RESERVED }
    expect(bookSettlement(ambiguous, completion('a'))).toEqual(corrected)
  })

  it('stays ambiguous without usage', () => {
    expect(bookSettlement(ambiguous, withoutUsage)).toBeUndefined()
    expect(bookSettlement(ambiguous, loss('a', { usage: simpleUsage(1, 1) }))).toBeUndefined()
  })

  it.each(['completed', 'failed', 'cancelled'] as const)('stays when it is %s', (status) => {
    expect(bookSettlement({ ...open, status, costNanoUsd: 7 }, completion('a'))).toBeUndefined()
  })
})
