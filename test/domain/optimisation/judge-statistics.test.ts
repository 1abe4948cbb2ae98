import { describe, expect, it } from 'vitest'
import { judgeStatistics, statisticsResult } from '../../../domain/optimisation/judge-statistics.ts'

describe('new statistics', () => {
  it('stay when the statements are as fast or faster', () => {
    const same = judgeStatistics({ beforeMs: [10, 11, 10, 12], afterMs: [10, 10, 11, 12] }, 0.95)
    expect(statisticsResult(same, false)).toMatchObject({ verdict: 'kept' })
    const faster = judgeStatistics({ beforeMs: [10, 11, 10, 12], afterMs: [5, 5, 6, 5] }, 0.95)
    expect(statisticsResult(faster, true)).toMatchObject({ verdict: 'proposed' })
    expect(faster.figure.change?.interval?.to).toBeLessThan(-0.3)
  })

  it('go when the statements are slower for certain', () => {
    const slower = judgeStatistics({ beforeMs: [10, 11, 10, 12], afterMs: [20, 21, 22, 23] }, 0.95)
    expect(slower.isKept).toBe(false)
    expect(statisticsResult(slower, false)).toMatchObject({
      verdict: 'reverted',
      tried: [{ outcome: 'worse' }],
    })
  })
})
