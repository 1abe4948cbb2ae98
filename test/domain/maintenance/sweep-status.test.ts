import { describe, expect, it } from 'vitest'
import { addSweeps, afterSweep, sweepMarkdown } from '../../../domain/maintenance/sweep-status.ts'

const NOON_MS = Date.UTC(2026, 10, 21, 12, 0, 0)
const NEW = { sweeps: 0, closedInAll: 0 }

describe('the status of the sweeper', () => {
  it('counts what all sweeps closed and keeps the last one', () => {
    const first = afterSweep(NEW, { examined: 5, closed: 2, undecided: 0 }, NOON_MS)
    const second = afterSweep(first, { examined: 3, closed: 1, undecided: 1 }, NOON_MS + 30_000)
    expect(second).toEqual({
      sweeps: 2,
      closedInAll: 3,
      last: { examined: 3, closed: 1, undecided: 1, endedAtMs: NOON_MS + 30_000 },
    })
  })

  it('adds up the pages of one sweep', () => {
    const page = { examined: 500, closed: 4, undecided: 1 }
    expect(addSweeps(page, { examined: 20, closed: 0, undecided: 2 })).toEqual({
      examined: 520,
      closed: 4,
      undecided: 3,
    })
  })

  it('says when the last sweep was, what it did, and what it could not learn', () => {
    const status = afterSweep(
      { sweeps: 6, closedInAll: 1 },
      { examined: 5, closed: 2, undecided: 1 },
      NOON_MS,
    )
    expect(sweepMarkdown(status).split('  \n')).toEqual([
      '**Last sweep** (2026-11-21 12:00:00 UTC): 5 open attempts looked at, 2 closed as ambiguous.',
      'Of 1 nothing could be learnt; the next sweep asks again.',
      '3 closed in 7 sweeps.',
    ])
  })

  it('says so before the first sweep has ended', () => {
    expect(sweepMarkdown(NEW)).toBe('No sweep has ended yet.')
  })
})
