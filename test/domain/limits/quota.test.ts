import { describe, expect, it } from 'vitest'
import { passPool, type PoolTally } from '../../../domain/limits/quota.ts'

const IDLE: PoolTally = { openCalls: 0, requestsInMinute: 0, tokensInMinute: 0, pausedForMs: 0 }
const NOBODY = { calls: 0, tokens: 0 }
const ahead = (calls: number, tokens = calls * 100) => ({ calls, tokens })

describe('a pool', () => {
  it('without limits passes everything that is not paused', () => {
    expect(passPool({}, { ...IDLE, openCalls: 1e6, tokensInMinute: 1e9 }, 1e6, ahead(1000))).toEqual({
      passes: true,
    })
  })

  it('passes calls up to its limits and not one more', () => {
    const limits = { requestsPerMinute: 10, tokensPerMinute: 1000, concurrency: 3 }
    const almost = { ...IDLE, openCalls: 2, requestsInMinute: 9, tokensInMinute: 900 }
    expect(passPool(limits, almost, 100, NOBODY).passes).toBe(true)
    expect(passPool(limits, { ...almost, openCalls: 3 }, 100, NOBODY).passes).toBe(false)
    expect(passPool(limits, { ...almost, requestsInMinute: 10 }, 100, NOBODY).passes).toBe(false)
    expect(passPool(limits, almost, 101, NOBODY).passes).toBe(false)
  })

  it('keeps its places for those who wait already', () => {
    const limits = { concurrency: 3 }
    const tally = { ...IDLE, openCalls: 1 }
    expect(passPool(limits, tally, 1, ahead(1)).passes).toBe(true)
    expect(passPool(limits, tally, 1, ahead(2)).passes).toBe(false)
    expect(passPool({ tokensPerMinute: 1000 }, IDLE, 500, ahead(6)).passes).toBe(false)
  })

  it('passes a call that is larger than its limit when nothing else was', () => {
    expect(passPool({ tokensPerMinute: 1000 }, IDLE, 5000, NOBODY).passes).toBe(true)
    expect(passPool({ tokensPerMinute: 1000 }, { ...IDLE, tokensInMinute: 1 }, 5000, NOBODY).passes).toBe(
      false,
    )
  })
})

describe('the time to wait', () => {
  it('of a pause is exact, and a little longer for those behind', () => {
    const paused = { ...IDLE, pausedForMs: 20_000 }
    expect(passPool({}, paused, 1, NOBODY)).toMatchObject({ waitMs: 20_000 })
    expect(passPool({}, paused, 1, ahead(3))).toMatchObject({ waitMs: 20_030 })
  })

  it('of a full minute ends a little before its oldest call leaves it', () => {
    const full = { ...IDLE, requestsInMinute: 10, oldestAgoMs: 20_000 }
    expect(passPool({ requestsPerMinute: 10 }, full, 1, NOBODY)).toMatchObject({ waitMs: 36_000 })
  })

  it('for a place grows with the line and the usual length of a call', () => {
    const full = { ...IDLE, openCalls: 4, typicalCallMs: 2_000 }
    expect(passPool({ concurrency: 4 }, full, 1, NOBODY)).toMatchObject({ waitMs: 450 })
    expect(passPool({ concurrency: 4 }, full, 1, ahead(39))).toMatchObject({ waitMs: 18_000 })
  })

  it('is neither a busy loop nor a sleep through its turn', () => {
    const full = { ...IDLE, openCalls: 100, typicalCallMs: 1 }
    expect(passPool({ concurrency: 100 }, full, 1, NOBODY)).toMatchObject({ waitMs: 250 })
    expect(passPool({ concurrency: 1 }, { ...full, typicalCallMs: 1e6 }, 1, ahead(50))).toMatchObject({
      waitMs: 60_000,
    })
  })

  it('is that of the limit which holds longest, and says which', () => {
    const tally = { ...IDLE, openCalls: 2, pausedForMs: 5_000 }
    expect(passPool({ concurrency: 1 }, tally, 1, NOBODY)).toEqual({
      passes: false,
      waitMs: 5_000,
      reason: 'pauses for 5 s as its vendor asked',
    })
  })
})
