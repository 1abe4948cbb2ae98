import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Price, type TokenRate, costNanoUsd, worstCaseNanoUsd } from '../../domain/catalog/price.ts'
import { type Usage, simpleUsage } from '../../domain/usage.ts'

const tokens = fc.nat({ max: 2_000_000 })
const rateValue = fc.nat({ max: 90_000_000_000 })
const tokenRate: fc.Arbitrary<TokenRate> = fc
  .record({
    base: rateValue,
    tiers: fc.array(fc.record({ fromInputTokens: tokens, rate: rateValue }), { maxLength: 3 }),
  })
  .map(({ base, tiers }) => (tiers.length === 0 ? { base } : { base, tiers }))
const price: fc.Arbitrary<Price> = fc.record(
  {
    version: fc.constant('test'),
    input: tokenRate,
    output: tokenRate,
    cachedInput: tokenRate,
    cacheWrite: tokenRate,
    perRequestNanoUsd: fc.nat({ max: 1_000_000_000 }),
  },
  { requiredKeys: ['version', 'input', 'output'] },
)
const usage: fc.Arbitrary<Usage> = fc
  .record({ plain: tokens, cached: tokens, written: tokens, output: tokens })
  .map(({ plain, cached, written, output }) => ({
    ...simpleUsage(plain + cached + written, output),
    cachedInputTokens: cached,
    cacheWriteTokens: written,
  }))

/** The rate of the last tier that the whole input reaches; of two at the same threshold, the later one. */
function referenceRate({ base, tiers = [] }: TokenRate, inputTokens: number): bigint {
  const ordered = tiers.toSorted((left, right) => left.fromInputTokens - right.fromInputTokens)
  return BigInt(ordered.findLast(({ fromInputTokens }) => inputTokens >= fromInputTokens)?.rate ?? base)
}

/** Twice the exact cost in nano-dollars times a million, so that half of one is a whole number. */
function doubledReference(used: Usage, at: Price): bigint {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = used
  const plain = inputTokens - cachedInputTokens - cacheWriteTokens
  const sum =
    BigInt(plain) * referenceRate(at.input, inputTokens) +
    BigInt(cachedInputTokens) * referenceRate(at.cachedInput ?? at.input, inputTokens) +
    BigInt(cacheWriteTokens) * referenceRate(at.cacheWrite ?? at.input, inputTokens) +
    BigInt(outputTokens) * referenceRate(at.output, inputTokens)
  return 2n * sum + 2_000_000n * BigInt(at.perRequestNanoUsd ?? 0)
}

describe('costNanoUsd', () => {
  const tiered: Price = {
    version: 'test',
    input: { base: 1_250_000_000, tiers: [{ fromInputTokens: 200_000, rate: 2_500_000_000 }] },
    output: { base: 10_000_000_000, tiers: [{ fromInputTokens: 200_000, rate: 15_000_000_000 }] },
    cachedInput: { base: 125_000_000 },
  }

  it.each([
    ['a short call', simpleUsage(1000, 100), 1_250_000 + 1_000_000],
    ['the last token before a tier', simpleUsage(199_999, 0), 249_998_750],
    ['the first token of a tier, which makes the whole call dearer', simpleUsage(200_000, 10), 500_150_000],
    ['cached tokens', { ...simpleUsage(1000, 0), cachedInputTokens: 800 }, 250_000 + 100_000],
    ['nothing', simpleUsage(0, 0), 0],
  ])('prices %s', (_, used, expected) => {
    expect(costNanoUsd(used, tiered)).toBe(expected)
  })

  it('rounds once, half up', () => {
    const half: Price = { version: 'test', input: { base: 500_000 }, output: { base: 499_999 } }
    expect(costNanoUsd(simpleUsage(1, 0), half)).toBe(1)
    expect(costNanoUsd(simpleUsage(0, 1), half)).toBe(0)
    expect(costNanoUsd(simpleUsage(1, 1), half)).toBe(1)
  })

  it('is within half a nano-dollar of the exact amount', () => {
    fc.assert(
      fc.property(usage, price, (used, at) => {
        const off = 2_000_000n * BigInt(costNanoUsd(used, at)) - doubledReference(used, at)
        expect(off).toBeGreaterThan(-1_000_000n)
        expect(off).toBeLessThanOrEqual(1_000_000n)
      }),
    )
  })
})

describe('worstCaseNanoUsd', () => {
  it('is never below what a call within the bounds costs, however its input splits', () => {
    fc.assert(
      fc.property(usage, tokens, tokens, price, (used, moreInput, moreOutput, at) => {
        const bound = worstCaseNanoUsd(used.inputTokens + moreInput, used.outputTokens + moreOutput, at)
        expect(bound).toBeGreaterThanOrEqual(costNanoUsd(used, at))
      }),
    )
  })
})
