import { expect, it } from 'vitest'
import * as fc from 'fast-check'
import { explainContext, usableInputTokens } from '../../../domain/routing/context-limit.ts'

it.each([
  [{ contextWindow: 4096, maxOutputTokens: 256 }, 3276],
  [{ contextWindow: 4096, maxOutputTokens: 2048 }, 2048],
  [{ contextWindow: 10, maxOutputTokens: 20 }, 0],
])('%j leaves %d tokens for the prompt', (window, usable) => {
  expect(usableInputTokens(window)).toBe(usable)
})

it('the most that a prompt may have is the most that is let through', () => {
  const window = fc.record({
    contextWindow: fc.integer({ min: 1, max: 2_000_000 }),
    maxOutputTokens: fc.integer({ min: 0, max: 100_000 }),
  })
  fc.assert(
    fc.property(window, (limits) => {
      fc.pre(limits.maxOutputTokens <= limits.contextWindow)
      const usable = usableInputTokens(limits)
      expect(explainContext(usable, limits)).toBeUndefined()
      expect(explainContext(usable + 1, limits)).toBeDefined()
    }),
  )
})
