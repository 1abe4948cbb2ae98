import { describe, expect, test } from 'vitest'
import type { OpenAttempt, OpenAttemptQuery } from '../../store/ledger/open-attempt-reader.ts'
import type { SettlementRecord } from '../../store/ledger/ledger.ts'
import { createSweepActivities, type SweepAttemptsInput, type WorkflowRun } from '../../activities/sweep.ts'

const BOUND = { olderThanMs: 60_000 }
const UNREACHABLE = 'unreachable'

function openAttempt(runId: string, number = 1): OpenAttempt {
  const operationId = `call/test/${runId}/${number}`
  return {
    attemptId: `${operationId}@${runId}#1`,
    operationId,
    workflowId: `call/test/${runId}`,
    runId,
    openedAt: '2026-11-21T12:00:00.000Z',
  }
}

/** Sweeps one page; run ids that begin with `open` are open, about those with `unreachable` nobody knows. */
async function sweepPage(attempts: readonly OpenAttempt[], input: SweepAttemptsInput = BOUND) {
  const settled: SettlementRecord[] = []
  const asked: WorkflowRun[] = []
  const queries: OpenAttemptQuery[] = []
  const { sweepAttempts } = createSweepActivities({
    openAttempts: {
      read: async (query) => {
        queries.push(query)
        const last = attempts.at(-1)
        return { attempts, ...(last === undefined ? {} : { next: last }) }
      },
    },
    ledger: {
      settle: async (records) => {
        settled.push(...records)
        return records.map(({ attemptId }) => ({ attemptId, costNanoUsd: 1 }))
      },
    },
    isRunOpen: async (run) => {
      asked.push(run)
      if (run.runId.startsWith(UNREACHABLE)) throw new Error('the server does not answer')
      return run.runId.startsWith('open')
    },
  })
  return { output: await sweepAttempts(input), settled, asked, queries }
}

describe('a sweep', () => {
  test('closes what a run that is over left open, as ambiguous at its reservation', async () => {
    const { output, settled } = await sweepPage([openAttempt('over'), openAttempt('open')])
    expect(output).toMatchObject({ examined: 2, closed: 1, undecided: 0 })
    expect(settled).toEqual([
      {
        attemptId: openAttempt('over').attemptId,
        status: 'ambiguous',
        charge: 'reserved',
        failure: {
          kind: 'worker-lost',
          message: 'swept: run over of call/test/over is over and did not settle this attempt',
        },
      },
    ])
  })

  test('asks about each run once, however many attempts it has', async () => {
    const { asked, settled } = await sweepPage([1, 2, 3].map((number) => openAttempt('over', number)))
    expect(asked).toEqual([{ workflowId: 'call/test/over', runId: 'over' }])
    expect(settled).toHaveLength(3)
  })

  test('leaves alone what nothing could be learnt about, and closes the rest', async () => {
    const { output, settled } = await sweepPage([openAttempt(UNREACHABLE), openAttempt('over')])
    expect(output).toMatchObject({ examined: 2, closed: 1, undecided: 1 })
    expect(settled.map(({ attemptId }) => attemptId)).toEqual([openAttempt('over').attemptId])
  })

  test('stops asking when nobody answers', async () => {
    const attempts = Array.from({ length: 50 }, (_, index) => openAttempt(`${UNREACHABLE}-${index}`))
    const { output, asked, settled } = await sweepPage(attempts)
    expect(output).toMatchObject({ examined: 50, closed: 0, undecided: 50 })
    expect(asked.length).toBeLessThan(50)
    expect(settled).toEqual([])
  })

  test('of many runs asks about all of them', async () => {
    const attempts = Array.from({ length: 50 }, (_, index) => openAttempt(`over-${index}`))
    const { output, asked } = await sweepPage(attempts)
    expect(output).toMatchObject({ examined: 50, closed: 50 })
    expect(asked).toHaveLength(50)
  })

  test('goes on where the part before it ended, and says where the next one begins', async () => {
    const after = { openedAt: '2026-11-21T11:00:00.000Z', attemptId: 'before' }
    const { output, queries } = await sweepPage([openAttempt('open')], { ...BOUND, after })
    expect(queries).toEqual([{ ...BOUND, after }])
    expect(output.next).toMatchObject({ attemptId: openAttempt('open').attemptId })
  })

  test('of nothing does nothing', async () => {
    const { output, asked } = await sweepPage([])
    expect(output).toEqual({ examined: 0, closed: 0, undecided: 0 })
    expect(asked).toEqual([])
  })
})
