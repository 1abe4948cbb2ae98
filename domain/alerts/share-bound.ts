/** Standard deviations of the bound: an alert is looked for every minute, so chance has many tries. */
const Z = 3

/**
 * What a share is at least, as far as the count says: the lower end of Wilson's score interval (Wilson, JASA 1927) at
 * three standard deviations.
 */
export function leastShare(count: number, total: number): number {
  if (total === 0) return 0
  const share = count / total
  const scale = 1 + Z ** 2 / total
  const middle = (share + Z ** 2 / (2 * total)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2))
  return Math.max(0, middle - half)
}
