import { expect, test } from 'vitest'
import { createRandom, draw } from '../../../providers/simulated/seeded-random.ts'

const take = (count: number, make: () => number): number[] => Array.from({ length: count }, make)

test('the same seed gives the same numbers, another seed others', () => {
  expect(take(20, createRandom(1, 'a'))).toEqual(take(20, createRandom(1, 'a')))
  expect(take(20, createRandom(1, 'a'))).not.toEqual(take(20, createRandom(2, 'a')))
})

test('numbers spread evenly over [0, 1)', () => {
  const numbers = take(10_000, createRandom('even'))
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  expect(numbers.reduce((sum, number) => sum + number) / numbers.length).toBeCloseTo(0.5, 1)
})

test('a distribution has its median and its 95th percentile', () => {
  const random = createRandom('shape')
  const drawn = take(10_000, () => draw({ p50: 100, p95: 300 }, random)).toSorted((a, b) => a - b)
  expect(drawn[5000]).toBeGreaterThan(90)
  expect(drawn[5000]).toBeLessThan(110)
  expect(drawn[9500]).toBeGreaterThan(270)
  expect(drawn[9500]).toBeLessThan(330)
})

test('equal percentiles are a constant', () => {
  expect(draw({ p50: 40, p95: 40 }, createRandom('x'))).toBe(40)
})
