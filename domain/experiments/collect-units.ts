import type { ExperimentUnit } from './evidence/contrast.ts'
import type { MetricName } from './metric.ts'
import { type ObservedOutcome, valueOf } from './outcome.ts'

/**
 * Collects one unit for each key: the first of its requests that has a value. A key always gets the same variant, so that
 * its further requests are not a new throw of the dice; to count them would make the evidence look stronger than it is.
 */
export class UnitCollection {
  readonly #metric: MetricName
  readonly #limit: number
  readonly #units: ExperimentUnit[] = []
  readonly #seen = new Set<string>()

  /** @param limit further units are left out */
  constructor(metric: MetricName, limit: number) {
    this.#metric = metric
    this.#limit = limit
  }

  get units(): readonly ExperimentUnit[] {
    return this.#units
  }

  get isFull(): boolean {
    return this.#units.length >= this.#limit
  }

  /** @param outcomes in the order in which their requests came, after those of the calls before */
  add(outcomes: readonly ObservedOutcome[]): void {
    for (const outcome of outcomes) {
      if (this.isFull) return
      const value = valueOf(outcome, this.#metric)
      if (value === undefined || this.#seen.has(outcome.key)) continue
      this.#seen.add(outcome.key)
      this.#units.push({ variant: outcome.variant, value })
    }
  }
}
