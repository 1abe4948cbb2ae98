import { stringify } from 'yaml'

/** The model whose upstream answers after so many milliseconds. */
export function modelName(latencyMs: number): string {
  return `mock-${latencyMs}`
}

/** A catalog with one model for each latency, all on one provider's queue, none of them limited by its slots. */
export function fanOutCatalog(upstreamUrl: string, latenciesMs: readonly number[]): string {
  const names = latenciesMs.map(modelName)
  return stringify({
    endpoints: Object.fromEntries(
      latenciesMs.map((latencyMs) => [
        modelName(latencyMs),
        {
          kind: 'openai',
          provider: 'mock',
          baseUrl: `${upstreamUrl}/${latencyMs}/v1`,
          concurrency: 200 / latenciesMs.length,
        },
      ]),
    ),
    models: Object.fromEntries(names.map((name) => [name, { versions: [versionAt(name)] }])),
    tasks: { default: { model: names[0], temperature: 0, maxOutputTokens: 100 } },
  })
}

function versionAt(endpoint: string) {
  return {
    version: '2026-01-01',
    id: `${endpoint}-2026-01-01`,
    endpoint,
    contextWindow: 100_000,
    maxOutputTokens: 1_000,
    capabilities: ['json-schema', 'streaming'],
    planning: 'json-schema',
    price: { inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 },
  }
}
