import type { Catalog, TaskDefaults } from '../../domain/catalog/model.ts'
import { byTaskType } from '../../domain/model-request.ts'

/** Queue of the activities that the bare workflows call. */
export const BENCH_QUEUE = 'bench'

/** One simulated model for every task. */
export function benchCatalog(baseUrl: string): Catalog {
  const defaults: TaskDefaults = { model: 'bench', fallbacks: [], temperature: 0, maxOutputTokens: 100 }
  const tasks = byTaskType(() => defaults)
  return {
    version: 'bench',
    endpoints: {
      simulated: {
        name: 'simulated',
        provider: 'simulated',
        kind: 'simulated',
        baseUrl,
        callTimeoutMs: 60_000,
        queueTimeoutMs: 60_000,
        concurrency: 200,
      },
    },
    models: {
      bench: {
        name: 'bench',
        versions: [
          {
            model: 'bench',
            version: '2026-01-01',
            providerModel: 'bench-2026-01-01',
            endpoint: 'simulated',
            contextWindow: 1_000_000,
            maxOutputTokens: 10_000,
            capabilities: ['json-schema', 'streaming'],
            planning: 'json-schema',
            price: { version: 'bench', input: { base: 1_000_000_000 }, output: { base: 5_000_000_000 } },
          },
        ],
      },
    },
    tasks,
  }
}
