import { describe, expect, it } from 'vitest'
import { definitionOf, promptExperiment } from './definitions.ts'
import { dealUnits, seededRandom } from './seeded-units.ts'
import { judgeExperiment } from '../../../domain/experiments/judge-experiment.ts'

const units = (count: number, draw: (variant: string) => number) =>
  dealUnits(count, seededRandom(7), { draw })
const random = seededRandom(11)
const chance = (probability: number) => (random() < probability ? 1 : 0)

describe('an experiment', () => {
  it('is undecided before each variant has its units', () => {
    const { verdict } = judgeExperiment(
      promptExperiment(),
      units(150, (variant) => (variant === 'warm' ? 1 : 0)),
    )
    expect(verdict).toMatchObject({
      kind: 'undecided',
      reason: expect.stringMatching(/units that are needed/),
    })
  })

  it('has the winner that is better, in the direction of its metric', () => {
    const found = units(600, (variant) => (variant === 'warm' ? 1 : 0))
    expect(judgeExperiment(promptExperiment(), found).verdict).toEqual({ kind: 'winner', variant: 'warm' })
    expect(judgeExperiment(promptExperiment({ metric: 'refused' }), found).verdict).toEqual({
      kind: 'winner',
      variant: 'plain',
    })
  })

  it('finds that there is no difference worth speaking of', () => {
    const found = units(4000, () => chance(0.5))
    const { verdict } = judgeExperiment(promptExperiment({ margin: 0.2 }), found)
    expect(verdict).toEqual({ kind: 'no-difference-larger-than-margin', margin: 0.2 })
    expect(judgeExperiment(promptExperiment(), found).verdict.kind).toBe('undecided')
  })

  it('decides nothing while the units do not come in their shares', () => {
    const lost = units(1200, (variant) => (variant === 'warm' ? 1 : 0)).filter(
      ({ variant }, index) => variant === 'plain' || index % 2 === 0,
    )
    const { verdict, sampleRatio } = judgeExperiment(promptExperiment(), lost)
    expect(sampleRatio.isSuspicious).toBe(true)
    expect(verdict).toMatchObject({
      kind: 'undecided',
      reason: expect.stringMatching(/shares that were set/),
    })
  })

  it('with three variants needs one that is better than both others', () => {
    const three = promptExperiment({
      variants: [
        { name: 'plain' },
        { name: 'warm', systemPrompt: 'Be warm.' },
        { name: 'cold', systemPrompt: 'Be cold.' },
      ],
    })
    const deal = seededRandom(5)
    const dealt = (chances: Readonly<Record<string, number>>) =>
      Array.from({ length: 3000 }, () => {
        const variant = ['plain', 'warm', 'cold'][Math.floor(deal() * 3)] ?? ''
        return { variant, value: chance(chances[variant] ?? 0) }
      })
    const one = judgeExperiment(three, dealt({ plain: 0.5, warm: 0.8, cold: 0.3 }))
    expect(one.verdict).toEqual({ kind: 'winner', variant: 'warm' })
    expect(one.comparisons.map(({ bound }) => bound)).toEqual(Array(3).fill(0.05 / 3))
    expect(judgeExperiment(three, dealt({ plain: 0.8, warm: 0.8, cold: 0.3 })).verdict.kind).toBe('undecided')
  })

  it('reports the classical test beside it, with the size at which alone it is valid', () => {
    const { comparisons } = judgeExperiment(
      promptExperiment({ plannedUnits: 600 }),
      units(600, () => chance(0.5)),
    )
    expect(comparisons[0]?.fixedHorizon).toMatchObject({ plannedUnits: 600, units: 600 })
  })

  it('gives findings that survive JSON, also without any unit', () => {
    const definition = definitionOf({
      id: 'small',
      kind: 'model-versions',
      model: 'chat-small',
      metric: 'latency-ms',
      variants: [{ name: 'a' }, { name: 'b' }],
    })
    const found = judgeExperiment(definition, [])
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
    expect(found.comparisons[0]?.interval).toEqual({ from: null, to: null })
  })
})
