import { stringify } from 'yaml'

/** What one token costs in nano-dollars. */
export interface TokenPrice {
  readonly input: number
  readonly output: number
}

/** Prices by the id under which the simulated provider serves a model, as they stand in its journal. */
export const TOKEN_PRICES: Readonly<Record<string, TokenPrice>> = {
  'sim-main-2026-01-01': { input: 150, output: 600 },
  'sim-spare-2026-01-01': { input: 400, output: 1_600 },
}

const NANO_USD_PER_TOKEN_IN_USD_PER_MILLION = 1_000

/** A catalog in which everything runs on the simulated provider at `baseUrl`, with one fallback at another price. */
export function crashCatalog(baseUrl: string): string {
  return stringify({
    endpoints: { simulated: { kind: 'simulated', baseUrl, callTimeoutMs: 30_000, concurrency: 16 } },
    models: { 'sim-main': simulatedModel('sim-main'), 'sim-spare': simulatedModel('sim-spare') },
    tasks: {
      default: { model: 'sim-main', fallbacks: ['sim-spare'], temperature: 0, maxOutputTokens: 200 },
    },
  })
}

function simulatedModel(name: string) {
  const id = `${name}-2026-01-01`
  const price = TOKEN_PRICES[id]
  if (price === undefined) throw new Error(`${id} has no price`)
  return {
    versions: [
      {
        version: '2026-01-01',
        id,
        endpoint: 'simulated',
        contextWindow: 100_000,
        maxOutputTokens: 2_000,
        capabilities: ['json', 'json-schema', 'streaming'],
        planning: 'json-schema',
        price: {
          inputUsdPerMillionTokens: price.input / NANO_USD_PER_TOKEN_IN_USD_PER_MILLION,
          outputUsdPerMillionTokens: price.output / NANO_USD_PER_TOKEN_IN_USD_PER_MILLION,
        },
      },
    ],
  }
}
