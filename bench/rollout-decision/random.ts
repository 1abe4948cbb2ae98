/** A stream of chance that a seed decides. */
export interface Random {
  /** In [0, 1). */
  uniform(): number
  poisson(mean: number): number
  /** Successes of `tries` chances of `probability`; meant for few tries. */
  binomial(tries: number, probability: number): number
  beta(alpha: number, beta: number): number
}

/** From this mean on a Poisson count is drawn by rejection rather than by counting. */
const LARGE_MEAN = 12
const WARM_UP = 12

/** The generator sfc32 (Chris Doty-Humphrey) with the distributions that the scenarios need. */
export function createRandom(seed: number): Random {
  const uniform = smallFastCounter(seed)
  let spare: number | undefined

  function normal(): number {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** Marsaglia and Tsang 2000. */
  function gamma(shape: number): number {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape)
    const offset = shape - 1 / 3
    for (;;) {
      const draw = normal()
      const cube = (1 + draw / Math.sqrt(9 * offset)) ** 3
      if (cube <= 0) continue
      if (Math.log(1 - uniform()) < draw ** 2 / 2 + offset * (1 - cube + Math.log(cube))) return offset * cube
    }
  }

  function poisson(mean: number): number {
    return mean < LARGE_MEAN ? smallPoisson(mean, uniform) : largePoisson(mean, uniform)
  }

  function binomial(tries: number, probability: number): number {
    let count = 0
    for (let index = 0; index < tries; index++) if (uniform() < probability) count++
    return count
  }

  function beta(alpha: number, other: number): number {
    const first = gamma(alpha)
    return first / (first + gamma(other))
  }

  return { uniform, poisson, binomial, beta }
}

/** Knuth's product of uniforms. */
function smallPoisson(mean: number, uniform: () => number): number {
  const least = Math.exp(-mean)
  let count = 0
  for (let product = uniform(); product > least; product *= uniform()) count++
  return count
}

/** Transformed rejection with squeeze, PTRS (Hormann 1993). */
function largePoisson(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  const accepted = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = uniform() - 0.5
    const v = uniform()
    const us = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= accepted) return count
    if (count < 0 || (us < 0.013 && v > us)) continue
    const height = Math.log((v * inverse) / (a / us ** 2 + b))
    if (height <= count * Math.log(mean) - mean - logFactorial(count)) return count
  }
}

/** Stirling's series, exact to 1e-10 from 10 on. */
function logFactorial(count: number): number {
  if (count < 10) {
    let product = 1
    for (let factor = 2; factor <= count; factor++) product *= factor
    return Math.log(product)
  }
  const x = count + 1
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}

function smallFastCounter(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, 0, 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let index = 0; index < WARM_UP; index++) next()
  return next
}
