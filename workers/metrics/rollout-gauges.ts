import { createFigureCache, type FigureCacheOptions } from './figure-cache.ts'
import type { MetricRegistry } from './metric-registry.ts'
import { ROLLOUT_GAUGES } from './gauge-definitions.ts'

/** A rollout that runs, as Temporal's visibility shows it. */
export interface RunningRollout {
  readonly model: string
  readonly phase: string
  /** 0 to 100. */
  readonly canaryPercent: number
}

/** Shows the rollouts that run, whenever the process is scraped. */
export function addRolloutGauges(
  registry: MetricRegistry,
  read: () => Promise<readonly RunningRollout[]>,
  cache?: FigureCacheOptions,
): void {
  const phases = registry.gauge(ROLLOUT_GAUGES.phase)
  const canaries = registry.gauge(ROLLOUT_GAUGES.canary)
  const latest = createFigureCache(read, cache)
  registry.beforeScrape(async () => {
    const rollouts = (await latest()) ?? []
    phases.reset()
    canaries.reset()
    for (const { model, phase, canaryPercent } of rollouts) {
      phases.set({ model, phase }, 1)
      canaries.set({ model }, canaryPercent / 100)
    }
  })
}
