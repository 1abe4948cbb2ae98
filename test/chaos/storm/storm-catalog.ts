import { stringify } from 'yaml'
import type { TokenPrice } from '../support/crash-catalog.ts'
import type { TaskType } from '../../../domain/model-request.ts'

export const STORM_PROVIDERS = ['north', 'south', 'west'] as const
/** A simulated provider: one process, one endpoint, one model of its name. */
export type StormProvider = (typeof STORM_PROVIDERS)[number]

/** Nano-dollars a token; each provider has its own, so that a row booked under another's price is seen. */
const PRICES: Readonly<Record<StormProvider, TokenPrice>> = {
  north: { input: 150, output: 600 },
  south: { input: 410, output: 1_630 },
  west: { input: 1_010, output: 4_990 },
}

/** Each task begins at another provider and falls back to the two others. */
export const CHAINS = {
  chat: ['north', 'south', 'west'],
  summarisation: ['south', 'west', 'north'],
  extraction: ['west', 'north', 'south'],
} as const satisfies Partial<Record<TaskType, readonly StormProvider[]>>

export const MAX_OUTPUT_TOKENS = 80

/** Prices by the id that stands in the journals. */
export const STORM_PRICES: Readonly<Record<string, TokenPrice>> = Object.fromEntries(
  STORM_PROVIDERS.map((provider) => [modelId(provider), PRICES[provider]]),
)

export interface StormCatalogOptions {
  readonly urls: Readonly<Record<StormProvider, string>>
  /** In milliseconds. */
  readonly callTimeoutMs: number
  /** Calls at once for each provider. */
  readonly concurrency: number
}

/** A catalog of three endpoints at three providers, with chains of fallbacks across them. */
export function stormCatalog({ urls, callTimeoutMs, concurrency }: StormCatalogOptions): string {
  const endpoints = STORM_PROVIDERS.map((name) => [
    name,
    { kind: 'simulated', baseUrl: urls[name], callTimeoutMs, concurrency },
  ])
  const tasks = Object.entries(CHAINS).map(([task, chain]) => [task, taskOf(chain)])
  return stringify({
    endpoints: Object.fromEntries(endpoints),
    models: Object.fromEntries(STORM_PROVIDERS.map((provider) => [`model-${provider}`, modelOf(provider)])),
    tasks: { default: taskOf(CHAINS.chat), ...Object.fromEntries(tasks) },
  })
}

function taskOf([first, ...others]: readonly StormProvider[]) {
  return {
    model: `model-${first}`,
    fallbacks: others.map((provider) => `model-${provider}`),
    temperature: 0,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  }
}

function modelOf(provider: StormProvider) {
  const { input, output } = PRICES[provider]
  return {
    versions: [
      {
        version: '2026-01-01',
        id: modelId(provider),
        endpoint: provider,
        contextWindow: 100_000,
        maxOutputTokens: 2_000,
        capabilities: ['json', 'json-schema', 'streaming'],
        planning: 'json-schema',
        price: { inputUsdPerMillionTokens: input / 1_000, outputUsdPerMillionTokens: output / 1_000 },
      },
    ],
  }
}

function modelId(provider: StormProvider): string {
  return `sim-${provider}-2026-01-01`
}
