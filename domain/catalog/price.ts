import type { NanoUsd } from '../money.ts'
import type { Usage } from '../usage.ts'

/** A rate in nano-dollars per million tokens, by the size of the whole input. */
export interface TokenRate {
  readonly base: number
  /** From `fromInputTokens` input tokens on, every token of the call costs `rate` instead. */
  readonly tiers?: readonly { readonly fromInputTokens: number; readonly rate: number }[]
}

/** What one version charges. `version` names the price list, so that a ledger row can be recomputed. */
export interface Price {
  readonly version: string
  readonly input: TokenRate
  readonly output: TokenRate
  /** Defaults to the input rate. */
  readonly cachedInput?: TokenRate
  /** Defaults to the input rate. */
  readonly cacheWrite?: TokenRate
  /** A fixed fee per call in nano-dollars. */
  readonly perRequestNanoUsd?: NanoUsd
}

const TOKENS_PER_RATE = 1_000_000n

/**
 * Prices one call in whole nano-dollars. Every part is summed exactly and rounded once, half up.
 * `usage.inputTokens` includes cached and cache-write tokens; each is charged at its own rate once.
 */
export function costNanoUsd(usage: Usage, price: Price): NanoUsd {
  const plainInput = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens)
  const charges: readonly (readonly [number, TokenRate])[] = [
    [plainInput, price.input],
    [usage.cachedInputTokens, price.cachedInput ?? price.input],
    [usage.cacheWriteTokens, price.cacheWrite ?? price.input],
    [usage.outputTokens, price.output],
  ]
  const total = charges.reduce(
    (sum, [tokens, rate]) => sum + BigInt(tokens) * BigInt(rateAt(rate, usage.inputTokens)),
    0n,
  )
  const rounded = (total + TOKENS_PER_RATE / 2n) / TOKENS_PER_RATE
  return Number(rounded) + (price.perRequestNanoUsd ?? 0)
}

/**
 * The most that a call of at most these token counts can cost, whichever rates apply to its input:
 * what an ambiguous attempt is booked at.
 */
export function worstCaseNanoUsd(inputTokens: number, outputTokens: number, price: Price): NanoUsd {
  const inputRates = [price.input, price.cachedInput, price.cacheWrite].filter((rate) => rate !== undefined)
  const dearestInput = { base: Math.max(...inputRates.map((rate) => dearestRate(rate, inputTokens))) }
  const dearestOutput = { base: dearestRate(price.output, inputTokens) }
  const usage: Usage = {
    inputTokens,
    outputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    source: 'estimate',
  }
  return costNanoUsd(usage, { ...price, input: dearestInput, output: dearestOutput })
}

function rateAt(rate: TokenRate, inputTokens: number): number {
  const reached = rate.tiers?.filter((tier) => inputTokens >= tier.fromInputTokens) ?? []
  return reached.reduce(
    (found, tier) =>
      tier.fromInputTokens >= found.from ? { from: tier.fromInputTokens, rate: tier.rate } : found,
    {
      from: -1,
      rate: rate.base,
    },
  ).rate
}

function dearestRate(rate: TokenRate, inputTokens: number): number {
  const reachable = rate.tiers?.filter((tier) => tier.fromInputTokens <= inputTokens) ?? []
  return Math.max(rate.base, ...reachable.map((tier) => tier.rate))
}
