const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188]
/** From here on Stirling's series is exact to the last digits. */
const FAR = 10

/** ln Gamma(x) for x > 0: Stirling's series (Abramowitz and Stegun 6.1.41), after shifting x far enough to the right. */
export function logGamma(x: number): number {
  let [shifted, product] = [x, 1]
  while (shifted < FAR) product *= shifted++
  const inverse = 1 / shifted
  const series = STIRLING.reduce((sum, factor, index) => sum + factor * inverse ** (2 * index + 1), 0)
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
  )
}

const MOST_TERMS = 500
const EXACT = 1e-14
const TINY = 1e-300

/**
 * The regularised incomplete beta function I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8), evaluated
 * with Lentz's method.
 */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast below the mean; above it the mirror image does.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a)
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return Math.exp(logFront) / (a * lentz((index) => betaTerm(index, x, a, b)))
}

/** The numerator d_k of the fraction 1 + d_1 / (1 + d_2 / (1 + ...)). */
function betaTerm(index: number, x: number, a: number, b: number): number {
  const half = Math.floor(index / 2)
  const below = (a + index) * (a + index - 1)
  return index % 2 === 0 ? (half * (b - half) * x) / below : (-(a + half) * (a + b + half) * x) / below
}

function lentz(term: (index: number) => number): number {
  let [value, above, below] = [1, 1, 0]
  for (let index = 1; index <= MOST_TERMS; index++) {
    const numerator = term(index)
    below = 1 / away(1 + numerator * below)
    above = away(1 + numerator / above)
    value *= above * below
    if (Math.abs(above * below - 1) < EXACT) break
  }
  return value
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

/** P(|T| >= |t|) for Student's t with `freedom` degrees of freedom. */
export function studentTwoSided(t: number, freedom: number): number {
  return regularisedBeta(freedom / (freedom + t ** 2), freedom / 2, 0.5)
}
