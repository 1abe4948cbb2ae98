const Z = 1.959964

/** A rate with its interval at 95 %. */
export interface Rate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

/** Events per unit of exposure, by Byar's approximation of the exact Poisson interval (Breslow and Day 1987). */
export function poissonRate(events: number, exposure: number): Rate {
  const next = events + 1
  const low = events === 0 ? 0 : events * (1 - 1 / (9 * events) - Z / (3 * Math.sqrt(events))) ** 3
  const high = next * (1 - 1 / (9 * next) + Z / (3 * Math.sqrt(next))) ** 3
  return { rate: events / exposure, low: low / exposure, high: high / exposure }
}
