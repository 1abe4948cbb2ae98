import { describe, expect, it } from 'vitest'
import { decideRoute } from '../../../domain/routing/decide-route.ts'
import { inlineContent } from '../../../domain/content-ref.ts'
import { route } from '../../../domain/routing/route.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'
import { textMessage } from '../../../domain/message.ts'

const dear = { price: { version: 'dear', input: { base: 0 }, output: { base: 90_000_000_000 } } }
const profile = { quality: { default: 0.8 } }
const catalog = testCatalog([
  { name: 'strong', version: { ...dear, profile } },
  { name: 'weak', version: { profile: { quality: { default: 0.4 } } } },
  { name: 'blind', version: { contextWindow: 5 } },
])
const messages = [textMessage('user', inlineContent('Translate this into French: good morning'))]
const namesOf = ({ decision }: ReturnType<typeof decideRoute>) =>
  decision.candidates.map(({ model }) => model)

describe('the type and the difficulty of a request', () => {
  it('are what the rules say, and stand in the input', () => {
    const { classification, input } = decideRoute(catalog, { messages }, {})
    expect(classification).toMatchObject({ task: 'translation', complexity: 'simple' })
    expect(input).toMatchObject({ task: 'translation', complexity: 'simple' })
  })

  it('are what a model said, where it was asked', () => {
    const judged = { task: 'analysis', complexity: 'complex' } as const
    const { classification, input } = decideRoute(catalog, { messages }, {}, judged)
    expect(classification).toMatchObject({ ...judged, isUnsure: false })
    expect(input).toMatchObject(judged)
  })

  it('are what the request declares, whatever a model said', () => {
    const declared = { task: 'code', complexity: 'very-complex' } as const
    const judged = { task: 'chat', complexity: 'simple' } as const
    expect(decideRoute(catalog, { ...declared, messages }, {}, judged).input).toMatchObject(declared)
  })
})

describe('the amount that is left of the budget', () => {
  const leaving = (leftNanoUsd: number) =>
    decideRoute(catalog, { messages, maxOutputTokens: 100 }, { budget: { leftNanoUsd, leftShare: 0.9 } })

  it('drops models that cost more while another one fits', () => {
    expect(namesOf(leaving(20_000_000))).toEqual(['strong', 'weak'])
    expect(namesOf(leaving(5_000_000))).toEqual(['weak'])
  })

  it('drops none where none fits, so that the policy of the budget decides', () => {
    const decided = leaving(5)
    expect(namesOf(decided)).toEqual(['strong', 'weak'])
    expect(decided.input.budget).toEqual({ leftShare: 0.9 })
  })

  it('changes nothing where the models are dropped for another reason', () => {
    const request = { messages, dataClass: 'restricted' } as const
    const decided = decideRoute(catalog, request, { budget: { leftNanoUsd: 5 } })
    expect(namesOf(decided)).toEqual([])
    expect(decided.input.budget).toEqual({ leftNanoUsd: 5 })
  })
})

it('the decision is the one that its input gives', () => {
  for (const leftNanoUsd of [0, 1_000_000_000]) {
    const { input, decision } = decideRoute(catalog, { messages }, { budget: { leftNanoUsd } })
    expect(route(input)).toEqual(decision)
  }
})
