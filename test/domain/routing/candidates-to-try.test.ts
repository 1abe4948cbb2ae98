import { describe, expect, it } from 'vitest'
import { candidatesToTry } from '../../../domain/routing/candidates-to-try.ts'
import { option, type OptionChanges, routeInput } from './route-inputs.ts'
import { route } from '../../../domain/routing/route.ts'

function tried(options: Readonly<Record<string, OptionChanges>>): readonly string[] {
  const input = routeInput(Object.entries(options).map(([name, changes]) => option(name, changes)))
  return candidatesToTry(input, route(input)).map(({ model }) => model)
}

describe('what a request is sent to', () => {
  it('is what the decision left, in its order, and last what rests', () => {
    const options = { weak: { quality: { prior: 0.1 } }, strong: {}, resting: { breaker: 'open' } } as const
    expect(tried(options)).toEqual(['strong', 'weak', 'resting'])
  })

  it('is what only rests after failures, in the configured order, when nothing else is left', () => {
    const blind = { candidate: { contextWindow: 5 } }
    expect(tried({ weak: { breaker: 'open' }, blind, strong: { breaker: 'open' } })).toEqual([
      'weak',
      'strong',
    ])
  })

  it('is last of all what no node has ready: it waits there while one comes back', () => {
    const lost = { isDeployed: false }
    expect(
      tried({ lost, resting: { breaker: 'open' }, both: { breaker: 'open', isDeployed: false } }),
    ).toEqual(['resting', 'lost', 'both'])
    expect(tried({ lost, fine: {} })).toEqual(['fine'])
  })

  it('is what the health check took out only where there is nothing else', () => {
    const out = { heldBack: { reason: 'is out of routing', isComingBack: false } }
    expect(tried({ out, fine: {} })).toEqual(['fine'])
    expect(tried({ out, resting: { breaker: 'open' } })).toEqual(['resting', 'out'])
    expect(tried({ out })).toEqual(['out'])
  })

  it('is what comes back little by little behind everything that is well', () => {
    const returning = { heldBack: { reason: 'comes back', isComingBack: true } }
    expect(tried({ returning, fine: {} })).toEqual(['fine', 'returning'])
    expect(tried({ returning })).toEqual(['returning'])
  })

  it.each([
    ['may not take the content', { breaker: 'open', allowedDataClasses: ['internal'] }],
    ['is not ready', { isReady: false }],
    ['is not deployed and not ready either', { isDeployed: false, isReady: false }],
    ['is not deployed and may not take the content', { isDeployed: false, allowedDataClasses: ['internal'] }],
    ['rests and is not ready either', { breaker: 'open', isReady: false }],
  ] as const)('is never one that %s', (_title, changes) => {
    expect(tried({ only: changes })).toEqual([])
  })
})
