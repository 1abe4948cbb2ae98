import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addStrategyOptions, type StrategyFlags, strategyOf } from '../../cli/strategy-options.ts'
import { legLines } from '../../cli/render/leg-lines.ts'

function read(...args: readonly string[]) {
  const command = addStrategyOptions(new Command()).exitOverride()
  return strategyOf(command.parse([...args], { from: 'user' }).opts<StrategyFlags>())
}

describe('the options of a call', () => {
  test.each([
    [[], undefined],
    [['--hedge', '2s'], { kind: 'hedge', afterMs: 2000 }],
    [['--race', '3'], { kind: 'race', copies: 3 }],
    [['--race', 'a, b'], { kind: 'race', models: ['a', 'b'] }],
    [['--consensus', '3'], { kind: 'consensus', copies: 3 }],
    [['--consensus', '5', '--agree', '4'], { kind: 'consensus', copies: 5, agree: 4 }],
  ])('%j mean %j', (args, strategy) => {
    expect(read(...args)).toEqual(strategy)
  })
})

test('each leg is a line with its state, its time and its cost', () => {
  const leg = { operationId: 'call/t/1/leg-1', version: 'v1', costNanoUsd: 2_000_000 } as const
  expect(
    legLines([
      { ...leg, model: 'a', status: 'answered', latencyMs: 1500, agreed: true, excerpt: 'yes' },
      { ...leg, model: 'b', status: 'answered', latencyMs: 20, agreed: false, excerpt: 'no' },
      { ...leg, model: 'c', status: 'cancelled', agreed: false },
    ]),
  ).toEqual([
    '  a v1: answered · 1.5 s · $0.002 · agrees',
    '  b v1: answered · 20 ms · $0.002 · differs · "no"',
    '  c v1: cancelled · $0.002',
  ])
})
