import { describe, expect, it } from 'vitest'
import { option, type OptionChanges, routeInput } from './route-inputs.ts'
import { route } from '../../../domain/routing/route.ts'
import type { RouteInput, RouteOption } from '../../../domain/routing/route-input.ts'

function order(options: readonly RouteOption[], changes: Partial<RouteInput> = {}): readonly string[] {
  return route(routeInput(options, changes)).candidates.map(({ model }) => model)
}

const strong = option('strong', {
  quality: { prior: 0.9 },
  expectedNanoUsd: 20_000_000,
  latency: { priorMs: 5000 },
})
const swift = option('swift', {
  quality: { prior: 0.8 },
  expectedNanoUsd: 5_000_000,
  latency: { priorMs: 500 },
})
const cheap = option('cheap', {
  quality: { prior: 0.6 },
  expectedNanoUsd: 500_000,
  latency: { priorMs: 3000 },
})
const poor = option('poor', { quality: { prior: 0.1 }, expectedNanoUsd: 10_000, latency: { priorMs: 100 } })
const all = [strong, cheap, poor, swift]

describe('the order follows the rule', () => {
  it.each<readonly [string, Partial<RouteInput>, readonly string[]]>([
    ['cost', { target: 'cost' }, ['poor', 'cheap', 'swift', 'strong']],
    ['speed', { target: 'speed' }, ['poor', 'swift', 'cheap', 'strong']],
    ['quality', { target: 'quality' }, ['strong', 'swift', 'cheap', 'poor']],
    ['hard work', { complexity: 'complex' }, ['strong', 'swift', 'cheap', 'poor']],
    ['the score', {}, ['swift', 'poor', 'strong', 'cheap']],
    [
      'weights of its own',
      { complexity: 'complex', hasOwnWeights: true, weights: { cost: 1, latency: 0, quality: 0 } },
      ['poor', 'cheap', 'swift', 'strong'],
    ],
    [
      'a low budget',
      { target: 'quality', budget: { leftShare: 0.2 }, minQuality: 0.5 },
      ['cheap', 'swift', 'strong', 'poor'],
    ],
  ])('%s', (_title, changes, expected) => {
    expect(order(all, changes)).toEqual(expected)
  })

  it('speed goes by the measured tail, not by the median', () => {
    const even = option('even', { latency: { p50Ms: 900, p95Ms: 1000 } })
    const jumpy = option('jumpy', { latency: { p50Ms: 300, p95Ms: 4000 } })
    expect(order([jumpy, even], { target: 'speed' })).toEqual(['even', 'jumpy'])
  })
})

describe('the quality floor', () => {
  it('puts what is below it behind all that is not', () => {
    expect(order(all, { target: 'cost', minQuality: 0.6 })).toEqual(['cheap', 'swift', 'strong', 'poor'])
  })

  it('leaves the best first when nobody reaches it, whatever the target', () => {
    const found = route(routeInput(all, { target: 'cost', minQuality: 0.95 }))
    expect(found.candidates.map(({ model }) => model)).toEqual(['strong', 'swift', 'cheap', 'poor'])
    expect(found.reasons[0]?.reason).toContain('below the quality floor of 0.95, so after those above it')
  })

  it('means nothing to a model asked for by name', () => {
    const asked = option('poor', { ...poor, role: 'asked-for', candidate: { model: 'poor' } })
    const { reasons } = route(routeInput([asked], { model: 'poor', minQuality: 0.95 }))
    expect(reasons).toMatchObject([{ model: 'poor', kept: true, reason: 'asked for by name' }])
  })
})

describe('the model configured for a target', () => {
  const pinned: OptionChanges = {
    ...cheap,
    candidate: cheap.candidate,
    role: 'target',
    roleTarget: 'quality',
  }
  const options = [option('cheap', pinned), strong, swift]

  it('goes before what the rule prefers', () => {
    expect(order(options, { target: 'quality' })).toEqual(['cheap', 'strong', 'swift'])
  })

  it('has no privilege when the budget is low', () => {
    const expensive = option('strong', {
      ...strong,
      candidate: strong.candidate,
      role: 'target',
      roleTarget: 'quality',
    })
    expect(order([expensive, swift], { target: 'quality', budget: { leftShare: 0.1 } })).toEqual([
      'swift',
      'strong',
    ])
  })

  it('has no privilege below the quality floor', () => {
    expect(order(options, { target: 'quality', minQuality: 0.7 })).toEqual(['strong', 'swift', 'cheap'])
  })
})

describe('a used-up quota', () => {
  const limited = option('swift', { ...swift, candidate: swift.candidate, limitedForMs: 20_000 })

  it('puts a model behind those that are free, and keeps it', () => {
    const found = route(routeInput([limited, cheap]))
    expect(found.candidates.map(({ model }) => model)).toEqual(['cheap', 'swift'])
    expect(found.reasons[1]?.reason).toContain(
      'its quota is used up for 20.0 s, so after those that are free',
    )
  })

  it('does not send good work to a model below the floor', () => {
    expect(order([poor, limited], { minQuality: 0.5 })).toEqual(['swift', 'poor'])
  })
})

describe('without quality figures', () => {
  const unknown = { quality: {} }
  const first = option('first', { ...unknown, role: 'default' })
  const second = option('second', { ...unknown, expectedNanoUsd: 1, latency: { p50Ms: 1 } })

  it('the configured order holds, whatever is cheap or fast', () => {
    expect(order([first, second], { target: 'cost', minQuality: 0.9 })).toEqual(['first', 'second'])
    expect(route(routeInput([first, second])).reasons.map(({ reason }) => reason)).toEqual([
      "the task's default",
      "a fallback of the task's",
    ])
  })

  it('a model of another target serves that target only', () => {
    const other = option('other', { ...unknown, role: 'other-target', roleTarget: 'speed' })
    const { candidates, reasons } = route(routeInput([first, other]))
    expect(candidates.map(({ model }) => model)).toEqual(['first'])
    expect(reasons[1]).toEqual({
      model: 'other',
      version: 'v1',
      kept: false,
      reason: "is the task's model for speed only",
      broken: ['listed'],
    })
  })

  it('one figure is enough for the score to decide, with the others assumed middling', () => {
    const good = option('good', { quality: { measured: 0.95 } })
    const { rule, reasons } = route(routeInput([first, good], { target: 'quality' }))
    expect(rule).toBe('best')
    expect(reasons.map(({ model, reason }) => `${model}: ${reason}`)).toEqual([
      "good: a fallback of the task's; quality 0.95",
      "first: the task's default; quality 0.5 (assumed)",
    ])
  })

  it('a model of another target takes part as soon as there are figures', () => {
    const other = option('other', { role: 'other-target', roleTarget: 'quality', quality: { prior: 0.99 } })
    expect(order([cheap, other], { complexity: 'complex' })).toEqual(['other', 'cheap'])
  })
})

describe('every model has its reason', () => {
  it('candidates in their order, then the dropped ones, the missing ones, those of other tasks', () => {
    const blind = option('blind', { capabilities: [], isReady: false })
    const { reasons } = route(
      routeInput([blind, cheap], {
        target: 'cost',
        needs: ['vision'],
        missing: [{ model: 'gone', reason: 'is not in the catalog' }],
        unlisted: ['aside'],
      }),
    )
    expect(reasons.map(({ score: _score, ...reason }) => reason)).toEqual([
      {
        model: 'cheap',
        version: 'v1',
        kept: true,
        reason: "a fallback of the task's; about $0.0005, quality 0.6",
        broken: [],
      },
      {
        model: 'blind',
        version: 'v1',
        kept: false,
        reason: 'has no vision; its endpoint blind-endpoint is not ready',
        broken: ['capability', 'healthy'],
      },
      { model: 'gone', kept: false, reason: 'is not in the catalog', broken: ['known'] },
      { model: 'aside', kept: false, reason: 'is no model of the chat task', broken: ['listed'] },
    ])
  })

  it('those beside a model asked for were not asked for', () => {
    const asked = option('cheap', { ...cheap, candidate: cheap.candidate, role: 'asked-for' })
    const { reasons } = route(routeInput([asked], { model: 'cheap', unlisted: ['aside'] }))
    expect(reasons[1]).toMatchObject({ model: 'aside', reason: 'was not asked for' })
  })

  it('tells the score and what it is made up of', () => {
    expect(route(routeInput([swift])).reasons[0]).toMatchObject({
      reason: "a fallback of the task's; score 0.688",
      score: {
        total: 0.688165,
        terms: [
          { name: 'cost', value: 5_000_000, points: 0.460206, weight: 0.3 },
          { name: 'latency', value: 500, points: 0.76701, weight: 0.3 },
          { name: 'quality', value: 0.8, points: 0.8, weight: 0.4 },
        ],
      },
    })
  })

  it('tells how fast a fast one mostly is', () => {
    const { reasons } = route(routeInput([swift], { target: 'speed' }))
    expect(reasons[0]?.reason).toBe("a fallback of the task's; mostly below 1.0 s, quality 0.8")
  })
})

describe('a tie', () => {
  it.each<readonly [string, OptionChanges, OptionChanges]>([
    ['quality', { quality: { prior: 0.8 } }, { quality: { prior: 0.7 } }],
    ['cost', { expectedNanoUsd: 1 }, { expectedNanoUsd: 2 }],
    ['the median', { latency: { p50Ms: 50, p95Ms: 99 } }, { latency: { p50Ms: 60, p95Ms: 99 } }],
    ['the tail', { latency: { p50Ms: 50, p95Ms: 90 } }, { latency: { p50Ms: 50, p95Ms: 99 } }],
  ])('of scores is broken by %s', (_title, better, worse) => {
    // Weights that see none of it, and the configured order against it.
    const weights =
      better.quality === undefined ? { cost: 0, latency: 0, quality: 1 } : { cost: 1, latency: 0, quality: 0 }
    expect(order([option('worse', worse), option('better', better)], { weights })).toEqual([
      'better',
      'worse',
    ])
  })

  it('of all figures is broken by the configured order, then by the name', () => {
    expect(order([option('b'), option('a')])).toEqual(['b', 'a'])
    const even = [option('b'), option('a'), option('c')].map((entry) => ({ ...entry, rank: 0 }))
    expect(order([], { options: even })).toEqual(['a', 'b', 'c'])
    const versions = ['v2', 'v1', 'v1'].map((version) => ({
      ...option('a', { candidate: { version } }),
      rank: 0,
    }))
    expect(route(routeInput([], { options: versions })).candidates.map(({ version }) => version)).toEqual([
      'v1',
      'v1',
      'v2',
    ])
  })
})
