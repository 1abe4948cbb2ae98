import type { ExperimentUnit } from './contrast.ts'
import { studentTwoSided } from './special-functions.ts'

/**
 * The classical test of two means (Welch, Biometrika 34, 1947). It is valid at one sample size that was fixed before, and at
 * no other: whoever looks every day and stops when it is below 5 % is wrong several times as often.
 */
export interface FixedHorizonTest {
  readonly effect: number
  readonly t: number
  readonly degreesOfFreedom: number
  /** Two-sided. Only to be read with `plannedUnits` units. */
  readonly pValue: number
  readonly plannedUnits: number
  readonly units: number
}

/** Welch's t-test of a variant against the control; `undefined` where one has fewer than two units or none varies. */
export function welchTest(
  units: readonly ExperimentUnit[],
  { control, variant }: { readonly control: string; readonly variant: string },
  plannedUnits: number,
): FixedHorizonTest | undefined {
  const left = momentsOf(units, control)
  const right = momentsOf(units, variant)
  const error = left.varianceOfMean + right.varianceOfMean
  if (left.count < 2 || right.count < 2 || error === 0) return undefined
  const effect = right.mean - left.mean
  const t = effect / Math.sqrt(error)
  const degreesOfFreedom =
    error ** 2 / (left.varianceOfMean ** 2 / (left.count - 1) + right.varianceOfMean ** 2 / (right.count - 1))
  const pValue = studentTwoSided(t, degreesOfFreedom)
  return { effect, t, degreesOfFreedom, pValue, plannedUnits, units: left.count + right.count }
}

interface Moments {
  readonly count: number
  readonly mean: number
  readonly varianceOfMean: number
}

function momentsOf(units: readonly ExperimentUnit[], name: string): Moments {
  const values = units.filter(({ variant }) => variant === name).map(({ value }) => value)
  const count = values.length
  if (count < 2) return { count, mean: values[0] ?? 0, varianceOfMean: 0 }
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { count, mean, varianceOfMean: squares / (count - 1) / count }
}
