import { describe, expect, it } from 'vitest'
import { PriceUnknownError, priceOf } from '../../../workers/catalog/prices.ts'
import { costNanoUsd } from '../../../domain/catalog/price.ts'
import { simpleUsage } from '../../../domain/usage.ts'

const AT = new Date('2026-11-01T00:00:00Z')

describe('priceOf', () => {
  it('reads rates, cached rates and the list version of an OpenAI model', () => {
    expect(priceOf({ providerModel: 'gpt-4.1-mini-2025-04-14', kind: 'openai' }, AT)).toEqual({
      version: 'genai-prices@0.1.8:gpt-4.1-mini',
      input: { base: 400_000_000 },
      output: { base: 1_600_000_000 },
      cachedInput: { base: 100_000_000 },
    })
  })

  it('reads cache writes of an Anthropic model', () => {
    expect(priceOf({ providerModel: 'claude-haiku-4-5-20251001', kind: 'anthropic' }, AT)).toMatchObject({
      input: { base: 1_000_000_000 },
      output: { base: 5_000_000_000 },
      cachedInput: { base: 100_000_000 },
      cacheWrite: { base: 1_250_000_000 },
    })
  })

  it('charges the long-context rate from the first token above the tier', () => {
    const price = priceOf({ providerModel: 'gpt-5.5-2026-04-23', kind: 'openai' }, AT)
    expect(price.input).toEqual({
      base: 5_000_000_000,
      tiers: [{ fromInputTokens: 272_000, rate: 10_000_000_000 }],
    })
    expect(costNanoUsd(simpleUsage(271_999, 0), price)).toBe(271_999 * 5_000)
    expect(costNanoUsd(simpleUsage(272_000, 0), price)).toBe(272_000 * 10_000)
  })

  it('takes the price of the given moment', () => {
    const o3 = { providerModel: 'o3-2025-04-16', kind: 'openai' } as const
    expect(priceOf(o3, new Date('2025-05-01')).input.base).toBe(10_000_000_000)
    expect(priceOf(o3, AT).input.base).toBe(2_000_000_000)
  })

  it('finds the host of an OpenAI-compatible endpoint by its address', () => {
    const price = priceOf(
      {
        providerModel: 'llama-3.3-70b-versatile',
        kind: 'openai',
        baseUrl: 'https://api.groq.com/openai/v1',
      },
      AT,
    )
    expect(price.input.base).toBe(590_000_000)
  })

  it('prefers the price in the catalog and names it by its hash', () => {
    const override = { inputUsdPerMillionTokens: 0.01, outputUsdPerMillionTokens: 0.08, perRequestUsd: 0.001 }
    const price = priceOf({ providerModel: 'gpt-4.1-2025-04-14', kind: 'openai', override }, AT)
    expect(price).toEqual({
      version: expect.stringMatching(/^catalog:[0-9a-f]{8}$/),
      input: { base: 10_000_000 },
      output: { base: 80_000_000 },
      perRequestNanoUsd: 1_000_000,
    })
    const dearer = priceOf(
      { providerModel: 'x', kind: 'local', override: { ...override, inputUsdPerMillionTokens: 0.02 } },
      AT,
    )
    expect(dearer.version).not.toBe(price.version)
  })

  it('takes tiers in the catalog', () => {
    const rate = { base: 1, tiers: [{ fromInputTokens: 1000, rate: 2 }] }
    const price = priceOf(
      {
        providerModel: 'x',
        kind: 'simulated',
        override: { inputUsdPerMillionTokens: rate, outputUsdPerMillionTokens: 1 },
      },
      AT,
    )
    expect(price.input).toEqual({
      base: 1_000_000_000,
      tiers: [{ fromInputTokens: 1000, rate: 2_000_000_000 }],
    })
  })

  it.each([
    ['an unknown model', { providerModel: 'gpt-99', kind: 'openai' }],
    ['a model priced by the hour of audio', { providerModel: 'whisper-1', kind: 'openai' }],
    ['an unknown host', { providerModel: 'gpt-4.1', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' }],
    ['own hardware', { providerModel: 'smol', kind: 'local' }],
  ] as const)('refuses %s without a price in the catalog', (_case, version) => {
    expect(() => priceOf(version, AT)).toThrow(PriceUnknownError)
    expect(() => priceOf(version, AT)).toThrow(/write its price beside it/)
  })

  it('refuses a list price that depends on the time of day', () => {
    const version = {
      providerModel: 'deepseek-chat',
      kind: 'openai',
      baseUrl: 'https://api.deepseek.com',
    } as const
    expect(() => priceOf(version, new Date('2025-05-01'))).toThrow(/time of day/)
  })
})
