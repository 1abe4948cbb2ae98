import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideTrial } from '../../../domain/optimisation/decide-trial.ts'
import { createSeededRandom } from './seeded-noise.ts'
import { failed, measured, RULES, trial } from './rounds.ts'

const noise = (round: number) => 1 + ((round * 7) % 5) * 0.01

describe('a trial', () => {
  it('takes the setting that is faster for certain', () => {
    const decision = decideTrial(
      trial({
        now: (round) => measured('now', { tokensPerSecond: 100 * noise(round) }),
        'slots 2': (round) => measured('slots 2', { tokensPerSecond: 130 * noise(round + 1) }),
        'slots 4': (round) => measured('slots 4', { tokensPerSecond: 160 * noise(round + 2) }),
      }),
      RULES,
    )
    expect(decision.best).toBe('slots 4')
    expect(decision.tried.map(({ outcome }) => outcome)).toEqual(['better', 'better'])
    const [throughput] = decision.tried[1]?.figures ?? []
    expect(throughput).toMatchObject({ name: 'throughput', unit: 'tokens/s' })
    expect(throughput?.change?.share).toBeCloseTo(0.6, 1)
    expect(throughput?.change?.interval?.from).toBeGreaterThan(0.5)
  })

  it('keeps what stands when a setting is worse', () => {
    const decision = decideTrial(
      trial({
        now: (round) => measured('now', { tokensPerSecond: 100 * noise(round) }),
        bad: (round) => measured('bad', { tokensPerSecond: 50 * noise(round + 1) }),
      }),
      RULES,
    )
    expect(decision).toMatchObject({ tried: [{ name: 'bad', outcome: 'worse', reason: /it is slower/ }] })
    expect(decision.best).toBeUndefined()
  })

  it('keeps what stands when the gain is not certain to be worth it', () => {
    const rates = [90, 120, 100, 135, 80, 115]
    const decision = decideTrial(
      trial({
        now: () => measured('now'),
        unsure: (round) => measured('unsure', { tokensPerSecond: rates[round] ?? 100 }),
      }),
      RULES,
    )
    expect(decision.best).toBeUndefined()
    expect(decision.tried[0]).toMatchObject({ outcome: 'no-gain' })
  })

  it('does not take a setting that makes people wait', () => {
    const decision = decideTrial(
      trial({
        now: () => measured('now'),
        slow: () => measured('slow', { tokensPerSecond: 200, firstTokenMs: [2_000, 2_100] }),
        sticky: () => measured('sticky', { tokensPerSecond: 200, perTokenMs: [150] }),
        dropping: () => measured('dropping', { tokensPerSecond: 200, unfinished: 2 }),
      }),
      RULES,
    )
    expect(decision.best).toBeUndefined()
    expect(decision.tried.map(({ outcome }) => outcome)).toEqual(Array(3).fill('out-of-bounds'))
    expect(decision.tried.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('95th percentile of its first token is 2100.0 ms, and may be 1000.0 ms'),
      expect.stringContaining('time per token is 150.0 ms'),
      expect.stringContaining('12 of its requests did not end in time'),
    ])
  })

  it('bears a wait that is no longer than today’s', () => {
    const times = { firstTokenMs: [5_000, 5_100] }
    const decision = decideTrial(
      trial({
        now: () => measured('now', times),
        better: () => measured('better', { tokensPerSecond: 200, ...times }),
      }),
      RULES,
    )
    expect(decision.best).toBe('better')
  })

  it('leaves out what failed in any round, and says why', () => {
    const decision = decideTrial(
      trial({
        now: () => measured('now'),
        big: (round) =>
          round === 3 ? failed('big', 'it needs about 9 GiB') : measured('big', { tokensPerSecond: 500 }),
      }),
      RULES,
    )
    expect(decision.best).toBeUndefined()
    expect(decision.tried).toEqual([
      { name: 'big', outcome: 'failed', reason: 'it needs about 9 GiB', figures: [] },
    ])
  })

  it('compares nothing with a baseline that failed', () => {
    const decision = decideTrial(
      trial({ now: () => failed('now', 'no such file'), other: () => measured('other') }),
      RULES,
    )
    expect(decision.tried).toMatchObject([
      { outcome: 'failed', reason: 'what stands today could not be measured: no such file' },
    ])
  })

  it('for the first token takes what makes it come earlier', () => {
    const decision = decideTrial(
      trial(
        {
          now: (round) => measured('now', { coldFirstTokenMs: 100 * noise(round) }),
          warm: (round) => measured('warm', { coldFirstTokenMs: 60 * noise(round + 1) }),
        },
        { goal: 'first-token' },
      ),
      RULES,
    )
    expect(decision.best).toBe('warm')
    const [cold] = decision.tried[0]?.figures ?? []
    expect(cold?.change?.share).toBeCloseTo(-0.4, 1)
    expect(cold?.change?.interval?.to).toBeLessThan(-0.3)
  })

  it('never takes a setting whose every round was slower', () => {
    const rate = fc.double({ min: 1, max: 1_000, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(rate, fc.double({ min: 0.01, max: 0.99, noNaN: true })), {
          minLength: 6,
          maxLength: 6,
        }),
        (rates) => {
          const decision = decideTrial(
            trial({
              now: (round) => measured('now', { tokensPerSecond: rates[round]?.[0] ?? 1 }),
              bad: (round) => {
                const [now, share] = rates[round] ?? [1, 0.5]
                return measured('bad', { tokensPerSecond: now * share })
              },
            }),
            RULES,
          )
          expect(decision.best).toBeUndefined()
        },
      ),
    )
  })

  it('with many settings that change nothing seldom takes one: trying more is no way to win', () => {
    const random = createSeededRandom(7)
    const runs = 400
    let wrong = 0
    const name = (index: number) => `same ${index}`
    for (let run = 0; run < runs; run++) {
      const same = (label: string) => () =>
        measured(label, { tokensPerSecond: 105 * Math.exp(random.normal() * 0.1) })
      const settings = Object.fromEntries(
        Array.from({ length: 5 }, (_, index) => [name(index), same(name(index))]),
      )
      const decision = decideTrial(
        trial({
          now: () => measured('now', { tokensPerSecond: 100 * Math.exp(random.normal() * 0.1) }),
          ...settings,
        }),
        RULES,
      )
      if (decision.best !== undefined) wrong += 1
    }
    // Each gains 5 % and no more: at most 5 % of the runs may take any, and five standard errors beyond.
    expect(wrong / runs).toBeLessThan(0.1)
  })
})
