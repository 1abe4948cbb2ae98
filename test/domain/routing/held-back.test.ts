import { describe, expect, it } from 'vitest'
import { heldBackBy } from '../../../domain/routing/input/held-back.ts'
import { routeInputFor } from '../../../domain/routing/route-input-for.ts'
import { route } from '../../../domain/routing/route.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const V1 = { model: 'm', version: 'v1' }
const KEYS = Array.from({ length: 2_000 }, (_, index) => `request:${index}`)

describe('what the health check keeps from a version', () => {
  it('is nothing while it is healthy', () => {
    expect(heldBackBy(undefined, V1, 'request:1')).toBeUndefined()
    expect(heldBackBy({ sharePercent: 100, reason: '' }, V1, undefined)).toBeUndefined()
  })

  it('is everything while it is out', () => {
    const held = heldBackBy({ sharePercent: 0, reason: 'does not answer' }, V1, 'request:1')
    expect(held).toEqual({ reason: 'is out of routing: does not answer', isComingBack: false })
  })

  it('is all but a few while it comes back, the same few every time', () => {
    const health = { sharePercent: 5, reason: 'did not answer' }
    const taken = KEYS.filter((key) => heldBackBy(health, V1, key) === undefined)
    expect(taken.length).toBeGreaterThan(60)
    expect(taken.length).toBeLessThan(140)
    expect(KEYS.filter((key) => heldBackBy(health, V1, key) === undefined)).toEqual(taken)
    const more = KEYS.filter((key) => heldBackBy({ ...health, sharePercent: 50 }, V1, key) === undefined)
    expect(more).toEqual(expect.arrayContaining(taken))
    expect(heldBackBy(health, V1, undefined)).toMatchObject({ isComingBack: true })
  })

  it('goes to the next candidate, and the reason says why', () => {
    const catalog = testCatalog([{ name: 'first' }, { name: 'second' }])
    const versions = { 'first@2026-01-01': { health: { sharePercent: 0, reason: 'does not answer' } } }
    const decision = route(routeInputFor(catalog, {}, { versions }))
    expect(decision.candidates.map(({ model }) => model)).toEqual(['second'])
    expect(decision.reasons.find(({ model }) => model === 'first')).toMatchObject({
      broken: ['healthy'],
      reason: 'is out of routing: does not answer',
    })
  })
})
