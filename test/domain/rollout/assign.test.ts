import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../domain/rollout/assignment/utf8.ts'
import { xxhash32 } from '../../../domain/rollout/assignment/xxhash32.ts'
import { assignArm, assignmentKey, pinnedTo, placeOf, sharesProblem } from '../../../domain/rollout/assign.ts'

const KEYS = 100_000
const keys = Array.from({ length: KEYS }, (_, index) => `user:${index}`)
const shares = (canaryPercent: number) => [
  { version: 'new', percent: canaryPercent },
  { version: 'old', percent: 100 - canaryPercent },
]
const assignedAt = (canaryPercent: number, salt = 'chat') =>
  keys.map((key) => assignArm(key, salt, shares(canaryPercent)).version)
const share = (versions: readonly string[]) => versions.filter((version) => version === 'new').length / KEYS

/** Within four standard deviations of a binomial share. */
function expectNear(found: number, wanted: number): void {
  expect(Math.abs(found - wanted)).toBeLessThan(4 * Math.sqrt((wanted * (1 - wanted)) / KEYS))
}

describe('XXH32', () => {
  it.each([
    ['', 0, 0x02cc5d05],
    ['a', 0, 0x550d7456],
    ['abc', 0, 0x32d153ff],
    ['ABC', 0, 0x80712ed5],
    ['12345', 0, 0xb30d56b4],
    ['123456789ABC', 0, 0x4c91c2e5],
    ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
  ])('of %j with seed %i is as published', (given, seed, wanted) => {
    expect(xxhash32(utf8(given), seed)).toBe(wanted)
  })

  it('reads texts as UTF-8', () => {
    const encoder = new TextEncoder()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(utf8(given)).toEqual(encoder.encode(given))
      }),
    )
    expect(utf8('\ud800x')).toEqual(encoder.encode('\ud800x'))
  })
})

describe('assignment', () => {
  it('is by session, else by user, else by request', () => {
    expect(assignmentKey({ sessionId: 's', userId: 'u', requestId: 'r' })).toBe('session:s')
    expect(assignmentKey({ userId: 'u', requestId: 'r' })).toBe('user:u')
    expect(assignmentKey({ requestId: 'r' })).toBe('request:r')
  })

  it('of 100,000 keys meets the shares within binomial error', () => {
    for (const percent of [1, 5, 15, 50, 95]) expectNear(share(assignedAt(percent)), percent / 100)
  })

  it('moves only the keys that have to move from 5 to 15 %', () => {
    const [before, after] = [assignedAt(5), assignedAt(15)]
    const moved = before.filter((version, index) => version !== after[index])
    expect(moved.every((version) => version === 'old')).toBe(true)
    expectNear(moved.length / KEYS, 0.1)
    expect(assignedAt(5)).toEqual(before)
  })

  it('puts other keys first for another model', () => {
    const [one, other] = [assignedAt(50), assignedAt(50, 'code')]
    expectNear(one.filter((version, index) => version === other[index]).length / KEYS, 0.5)
  })

  it('spreads places evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (const key of keys) {
      const tenth = Math.floor(placeOf(key, 'salt') * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expectNear(count / KEYS, 0.1)
    expect(new Set(keys.map((key) => placeOf(key, 'salt'))).size).toBe(KEYS)
  })

  it('takes from one arm what another grows by, with any number of arms', () => {
    const percents = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(20))
    fc.assert(
      fc.property(percents, fc.string(), ([first, second, more], key) => {
        const arms = (grown: number) => [
          { version: 'a', percent: first },
          { version: 'b', percent: second + grown },
          { version: 'c', percent: 100 - first - second - grown },
        ]
        const before = assignArm(key, 's', arms(0)).version
        const after = assignArm(key, 's', arms(more)).version
        expect(before === after || (before === 'c' && after === 'b')).toBe(true)
      }),
    )
  })

  it('gives nothing to a version without a share, and says the weight', () => {
    expect(new Set(assignedAt(0))).toEqual(new Set(['old']))
    expect(new Set(assignedAt(100))).toEqual(new Set(['new']))
    expect(assignArm('user:1', 'chat', shares(100))).toEqual({ version: 'new', share: 1, isPinned: false })
  })

  it('never diverts a request that names its version', () => {
    expect(pinnedTo('old', shares(15))).toEqual({ version: 'old', share: 0.85, isPinned: true })
    expect(pinnedTo('older', shares(15))).toEqual({ version: 'older', share: 0, isPinned: true })
  })

  it.each([
    [[], 'there must be at least one version'],
    [shares(101), 'new: a share goes from 0 to 100, not 101'],
    [[{ version: 'a', percent: 60 }], 'the shares must add up to 100, not 60'],
    [
      [
        { version: 'a', percent: 50 },
        { version: 'a', percent: 50 },
      ],
      'a is there twice',
    ],
  ])('refuses shares such as %j', (given, problem) => {
    expect(sharesProblem(given)).toBe(problem)
    expect(() => assignArm('k', 's', given)).toThrow(problem)
  })
})
