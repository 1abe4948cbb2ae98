import { describe, expect, it } from 'vitest'
import { FAILURE_KINDS, type FailureKind } from '../../../domain/failure.ts'
import { FAILURE_POLICIES } from '../../../domain/attempts/failure-policy.ts'
import { nextStep } from '../../../domain/attempts/next-step.ts'

const after = (
  kind: FailureKind,
  changes: { attemptsHere?: number; othersLeft?: number; retryAfterMs?: number },
) => {
  const { attemptsHere = 1, othersLeft = 0, retryAfterMs } = changes
  const failure = { kind, message: kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  return nextStep({ failure, attemptsHere, othersLeft }, 0.5)
}

describe.each(FAILURE_KINDS)('after %s', (kind) => {
  const { retriesHere, tryNext } = FAILURE_POLICIES[kind]

  it('the same candidate is tried again as often as the table says', () => {
    for (let attemptsHere = 1; attemptsHere <= retriesHere; attemptsHere += 1) {
      expect(after(kind, { attemptsHere, othersLeft: 1 }).action).toBe('retry-here')
    }
  })

  it('another one follows where the table says so and one is left', () => {
    const attemptsHere = retriesHere + 1
    expect(after(kind, { attemptsHere, othersLeft: 1 }).action).toBe(tryNext ? 'next-candidate' : 'give-up')
    expect(after(kind, { attemptsHere }).action).toBe('give-up')
  })
})

describe('the pause before the same candidate is tried again', () => {
  it('doubles up to half a minute, half of it by chance', () => {
    expect(after('overloaded', { attemptsHere: 1 })).toEqual({ action: 'retry-here', waitMs: 375 })
    expect(after('overloaded', { attemptsHere: 2 })).toEqual({ action: 'retry-here', waitMs: 750 })
  })

  it("is the quota pool's affair where the provider asked for one", () => {
    expect(after('rate-limited', { retryAfterMs: 2_000, othersLeft: 1 })).toEqual({
      action: 'retry-here',
      waitMs: 0,
    })
  })

  it('is not worth it while another candidate is left, if it is long', () => {
    expect(after('rate-limited', { retryAfterMs: 20_000, othersLeft: 1 }).action).toBe('next-candidate')
    expect(after('rate-limited', { retryAfterMs: 20_000 }).action).toBe('retry-here')
  })
})
