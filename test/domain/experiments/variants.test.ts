import { describe, expect, it } from 'vitest'
import { chooseVariant, isAbout, layOver } from '../../../domain/experiments/variants.ts'
import { inlineContent } from '../../../domain/content-ref.ts'
import type { ObservedOutcome } from '../../../domain/experiments/outcome.ts'
import { promptExperiment } from './definitions.ts'
import { textMessage } from '../../../domain/message.ts'
import { UnitCollection } from '../../../domain/experiments/collect-units.ts'

const REQUEST = {
  messages: [textMessage('system', inlineContent('Be brief.')), textMessage('user', inlineContent('Hello'))],
  temperature: 1,
}

describe('variants of a prompt', () => {
  it('come in their shares, and a key always gets the same', () => {
    const definition = promptExperiment({
      variants: [
        { name: 'plain', sharePercent: 80 },
        { name: 'warm', sharePercent: 20, systemPrompt: 'Be warm.' },
      ],
    })
    const names = Array.from(
      { length: 20_000 },
      (_, index) => chooseVariant(definition, `user:${index}`).name,
    )
    // Five standard deviations of a binomial.
    expect(Math.abs(names.filter((name) => name === 'warm').length - 4000)).toBeLessThan(5 * Math.sqrt(3200))
    expect(chooseVariant(definition, 'user:1').name).toBe(names[1])
  })

  it('are dealt anew in another experiment', () => {
    const [one, other] = [promptExperiment(), promptExperiment({ id: 'other' })]
    const same = Array.from({ length: 1000 }, (_, index) => `user:${index}`).filter(
      (key) => chooseVariant(one, key).name === chooseVariant(other, key).name,
    )
    expect(Math.abs(same.length - 500)).toBeLessThan(100)
  })

  it('replace system messages and settings, and leave the rest', () => {
    const variant = { name: 'warm', sharePercent: 50, settings: { temperature: 0.2 } }
    const laid = layOver(REQUEST, variant, inlineContent('Be warm.'))
    expect(laid.temperature).toBe(0.2)
    expect(laid.messages).toEqual([textMessage('system', inlineContent('Be warm.')), REQUEST.messages[1]])
    expect(layOver(REQUEST, { name: 'plain', sharePercent: 50 }, undefined)).toEqual(REQUEST)
  })

  it('are for the feature and the task of their experiment only', () => {
    const scoped = promptExperiment({ feature: 'widget', task: 'chat' })
    expect(isAbout(scoped, { feature: 'widget', request: { ...REQUEST, task: 'chat' } })).toBe(true)
    expect(isAbout(scoped, { feature: 'widget', request: REQUEST })).toBe(false)
    expect(isAbout(scoped, { request: { ...REQUEST, task: 'chat' } })).toBe(false)
  })
})

describe('units', () => {
  const outcome = (key: string, changes: Partial<ObservedOutcome> = {}): ObservedOutcome => ({
    key,
    variant: 'plain',
    isFirstCompleted: true,
    isAnswered: true,
    isRefused: false,
    ...changes,
  })

  it('are the first request of each key that has a value', () => {
    const collection = new UnitCollection('feedback-good', 10)
    collection.add([outcome('a'), outcome('a', { verdict: 'bad' }), outcome('b', { verdict: 'good' })])
    collection.add([outcome('a', { verdict: 'good' })])
    expect(collection.units).toEqual([
      { variant: 'plain', value: 0 },
      { variant: 'plain', value: 1 },
    ])
  })

  it('are no more than asked for', () => {
    const collection = new UnitCollection('answered-well', 2)
    collection.add(['a', 'b', 'c'].map((key) => outcome(key)))
    expect(collection.isFull).toBe(true)
    expect(collection.units).toHaveLength(2)
  })

  it.each([
    ['answered', {}, 1],
    ['refused', { isRefused: true }, 0],
    ['of a wrong shape', { answerSchema: 'invalid' }, 0],
    ['answered at the second attempt or by something else', { isFirstCompleted: false }, 0],
  ] as const)('%s count as they should', (_, changes, value) => {
    const collection = new UnitCollection('answered-well', 2)
    collection.add([outcome('a', changes)])
    expect(collection.units).toEqual([{ variant: 'plain', value }])
  })
})
