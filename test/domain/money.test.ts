import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUsd, nanoUsd } from '../../domain/money.ts'

describe('nanoUsd', () => {
  it.each([
    [0, 0],
    [1, 1_000_000_000],
    [0.1 + 0.2, 300_000_000],
    [0.000_000_000_4, 0],
    [0.000_000_000_5, 1],
    [-0.000_000_000_5, -1],
    [-2.5, -2_500_000_000],
  ])('makes %d dollars whole nano-dollars', (usd, expected) => {
    expect(nanoUsd(usd)).toBe(expected)
  })
})

describe('formatUsd', () => {
  it.each([
    [0, '$0.00'],
    [162_000, '$0.000162'],
    [1_000_000_000, '$1.00'],
    [1_230_000_000, '$1.23'],
    [12_345_678_901, '$12.345678901'],
    [-1, '-$0.000000001'],
    [-1_500_000_000, '-$1.50'],
  ])('shows %d nano-dollars as %s', (amount, expected) => {
    expect(formatUsd(amount)).toBe(expected)
  })

  it('loses no nano-dollar', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        const [whole = '', fraction = ''] = formatUsd(Math.abs(amount)).slice(1).split('.')
        expect(BigInt(whole + fraction.padEnd(9, '0'))).toBe(BigInt(Math.abs(amount)))
      }),
    )
  })
})
