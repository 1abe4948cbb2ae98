/** An amount in nano-dollars (10⁻⁹ USD): always a whole number, so that sums are exact. */
export type NanoUsd = number

const NANO_PER_USD = 1_000_000_000

/** Converts US dollars to whole nano-dollars, rounding half away from zero. */
export function nanoUsd(usd: number): NanoUsd {
  const nano = Math.round(Math.abs(usd) * NANO_PER_USD)
  return usd < 0 ? -nano : nano
}

/** Shows an amount in dollars with as many decimals as it needs, two at least: `$0.000162`. */
export function formatUsd(amount: NanoUsd): string {
  const sign = amount < 0 ? '-' : ''
  const digits = String(Math.abs(amount)).padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '').padEnd(2, '0')
  return `${sign}$${digits.slice(0, -9)}.${fraction}`
}
