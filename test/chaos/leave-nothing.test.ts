import { describe, expect, it } from 'vitest'
import { makeCalls, TENANT } from './leave-nothing/load.ts'
import { startWholeSystem } from './leave-nothing/rig.ts'

const REQUESTS = 60
const MILLION_DOLLARS_NANO_USD = 1e15

describe('requests that have ended', { timeout: 240_000 }, () => {
  it('leave no open attempt, reservation, ticket or text behind', async () => {
    await using system = await startWholeSystem()
    const { switchyard } = system
    await switchyard.setBudget({
      tenant: TENANT,
      window: 'day',
      capNanoUsd: MILLION_DOLLARS_NANO_USD,
      whenSpent: 'reject',
    })
    const outcomes = await makeCalls(switchyard, { from: 0, to: REQUESTS, inFlight: 20 })
    expect(outcomes).toHaveLength(REQUESTS)
    expect(await system.countObjects()).toBeGreaterThanOrEqual(2 * REQUESTS)
    await system.removeContents()
    const left = await system.stop()
    expect(left).toEqual({
      operations: REQUESTS,
      attempts: expect.any(Number),
      openOperations: 0,
      openAttempts: 0,
      reservedNanoUsd: 0,
      tickets: 0,
      ownedTexts: 0,
    })
    expect(left.attempts).toBeGreaterThan(REQUESTS)
  })
})
