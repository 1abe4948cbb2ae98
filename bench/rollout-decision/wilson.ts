/** A share of replicates with its Wilson score interval at 95 %. */
export interface Share {
  readonly share: number
  readonly low: number
  readonly high: number
}

const Z = 1.959964

/** Wilson 1927. */
export function wilson(successes: number, tries: number): Share {
  const share = successes / tries
  const scale = 1 + Z ** 2 / tries
  const middle = (share + Z ** 2 / (2 * tries)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / tries + Z ** 2 / (4 * tries ** 2))
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** `2.1 % (1.7-2.6)` */
export function formatShare({ share, low, high }: Share): string {
  return `${percent(share)} % (${percent(low)}-${percent(high)})`
}

function percent(value: number): string {
  return (value * 100).toFixed(1)
}

/** The value under which a part of the sorted values lies; infinite ones are those that never came. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}
