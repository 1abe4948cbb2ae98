import { type ModelPrice, type PriceOptions, calcPrice } from '@pydantic/genai-prices'
import type { Price, TokenRate } from '../../domain/catalog/price.ts'
import type { PriceEntry } from './document.ts'
import type { ProviderKind } from '../../domain/catalog/model.ts'
import { canonicalJson } from '../../domain/json.ts'
import { nanoUsd } from '../../domain/money.ts'
import { readFileSync } from 'node:fs'
import { sha256Hex } from '../../payloads/content-store.ts'

/** What decides on a version's price: its own entry in the catalog, else where it is called and by which id. */
export interface PricedVersion {
  readonly providerModel: string
  readonly kind: ProviderKind
  /** The endpoint's own address, as the catalog states it; absent for a vendor's default. */
  readonly baseUrl?: string
  /** The catalog's own price; wins over the price list. */
  readonly override?: PriceEntry
}

/** No price is known for a version. The message says why and what to do. */
export class PriceUnknownError extends Error {
  override readonly name = 'PriceUnknownError'
}

const WRITE_IT = 'write its price beside it: price: {inputUsdPerMillionTokens, outputUsdPerMillionTokens}'

/**
 * The price of one version in nano-dollars per million tokens, from the catalog or from the public price list.
 * @param at the price list holds past prices too; this picks the one of that moment
 * @throws PriceUnknownError when neither has one: nothing is ever free in silence
 */
export function priceOf(version: PricedVersion, at: Date): Price {
  if (version.override !== undefined) return catalogPrice(version.override)
  const options = listOptions(version)
  if (options === undefined) {
    throw new PriceUnknownError(`a model on own hardware is in no price list; ${WRITE_IT}`)
  }
  const found = calcPrice({ input_tokens: 1 }, version.providerModel, { ...options, timestamp: at })
  if (found === null) {
    throw new PriceUnknownError(
      `${JSON.stringify(version.providerModel)} is not in the price list; ${WRITE_IT}`,
    )
  }
  const { prices } = found.model
  if (Array.isArray(prices) && prices.some(({ constraint }) => constraint?.type === 'time_of_date')) {
    throw new PriceUnknownError(`the price list has a price that changes with the time of day; ${WRITE_IT}`)
  }
  return listPrice(found.model_price, `${LIST_NAME}:${found.model.id}`)
}

const LIST_NAME = `genai-prices@${listVersion()}`

function listVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.resolve('@pydantic/genai-prices')), 'utf8'),
  )
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isNamed ? String(manifest.version) : 'unknown'
}

/** The price list's own name of the vendor, or the host's address; `undefined` where nobody else sets prices. */
function listOptions({ kind, baseUrl }: PricedVersion): PriceOptions | undefined {
  if (kind === 'local' || kind === 'simulated') return undefined
  return baseUrl === undefined ? { providerId: kind } : { providerApiUrl: baseUrl }
}

type ListRate = ModelPrice[string]

function listPrice(list: ModelPrice, version: string): Price {
  const input = list['input_mtok']
  const output = list['output_mtok']
  if (input === undefined || output === undefined) {
    throw new PriceUnknownError(`the price list has no price by tokens for it; ${WRITE_IT}`)
  }
  const perThousandRequests = list['requests_kcount']
  return {
    version,
    input: listRate(input),
    output: listRate(output),
    ...optionalRate('cachedInput', list['cache_read_mtok'], listRate),
    ...optionalRate('cacheWrite', list['cache_write_mtok'], listRate),
    ...(typeof perThousandRequests === 'number'
      ? { perRequestNanoUsd: nanoUsd(perThousandRequests / 1000) }
      : {}),
  }
}

function listRate(rate: NonNullable<ListRate>): TokenRate {
  if (typeof rate === 'number') return { base: nanoUsd(rate) }
  return {
    base: nanoUsd(rate.base),
    // The list's tiers begin above `start`, ours from their own number on.
    tiers: rate.tiers.map((tier) => ({ fromInputTokens: tier.start + 1, rate: nanoUsd(tier.price) })),
  }
}

function catalogPrice(entry: PriceEntry): Price {
  const json = canonicalJson(JSON.parse(JSON.stringify(entry)))
  return {
    version: `catalog:${sha256Hex(json).slice(0, 8)}`,
    input: catalogRate(entry.inputUsdPerMillionTokens),
    output: catalogRate(entry.outputUsdPerMillionTokens),
    ...optionalRate('cachedInput', entry.cachedInputUsdPerMillionTokens, catalogRate),
    ...optionalRate('cacheWrite', entry.cacheWriteUsdPerMillionTokens, catalogRate),
    ...(entry.perRequestUsd === undefined ? {} : { perRequestNanoUsd: nanoUsd(entry.perRequestUsd) }),
  }
}

function catalogRate(rate: PriceEntry['inputUsdPerMillionTokens']): TokenRate {
  if (typeof rate === 'number') return { base: nanoUsd(rate) }
  return {
    base: nanoUsd(rate.base),
    tiers: rate.tiers.map((tier) => ({
      fromInputTokens: tier.fromInputTokens,
      rate: nanoUsd(tier.rate),
    })),
  }
}

function optionalRate<Name extends 'cachedInput' | 'cacheWrite', Source>(
  name: Name,
  source: Source,
  convert: (rate: NonNullable<Source>) => TokenRate,
): Partial<Record<Name, TokenRate>> {
  if (source === undefined || source === null) return {}
  const rates: Partial<Record<Name, TokenRate>> = {}
  rates[name] = convert(source)
  return rates
}
