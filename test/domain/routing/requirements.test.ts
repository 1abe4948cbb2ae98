import { expect, it } from 'vitest'
import { option, type OptionChanges, routeInput } from './route-inputs.ts'
import { brokenRequirements, type Requirement } from '../../../domain/routing/requirements.ts'
import type { RouteInput } from '../../../domain/routing/route-input.ts'

interface Case {
  readonly title: string
  readonly option?: OptionChanges
  readonly input?: Partial<RouteInput>
  readonly breaks?: Requirement
  readonly says?: string
}

const cloud: OptionChanges = { allowedDataClasses: ['public'] }
const small: OptionChanges = { candidate: { contextWindow: 10_000, maxOutputTokens: 1000 } }

/** Each rule twice: where it fires and, at its edge, where it does not. */
const cases: readonly Case[] = [
  { title: 'an ordinary request fits an ordinary model' },
  { title: 'a prompt may fill 80 % of the window', option: small, input: { estimatedInputTokens: 8000 } },
  {
    title: 'a prompt may not fill more than 80 % of the window',
    option: small,
    input: { estimatedInputTokens: 8001 },
    breaks: 'context',
    says: 'the prompt has about 8001 tokens, more than 80 % of its context window of 10000',
  },
  {
    title: 'prompt and answer together may fill the window',
    option: { candidate: { contextWindow: 10_000, maxOutputTokens: 4000 } },
    input: { estimatedInputTokens: 6000 },
  },
  {
    title: 'prompt and answer together may not be larger than the window',
    option: { candidate: { contextWindow: 10_000, maxOutputTokens: 4000 } },
    input: { estimatedInputTokens: 6001 },
    breaks: 'context',
    says: 'needs about 10001 tokens, its context window has 10000',
  },
  {
    title: 'an image needs vision',
    option: { capabilities: ['tools'] },
    input: { needs: ['tools', 'vision'] },
    breaks: 'capability',
    says: 'has no vision',
  },
  {
    title: 'every lacking capability is named',
    option: { capabilities: [] },
    input: { needs: ['json', 'tools'] },
    breaks: 'capability',
    says: 'has no json, no tools',
  },
  { title: 'capabilities that are there are enough', input: { needs: ['tools', 'vision', 'json-schema'] } },
  {
    title: 'who fills a schema writes JSON',
    option: { capabilities: ['json-schema'] },
    input: { needs: ['json'] },
  },
  {
    title: 'who writes JSON need not fill a schema',
    option: { capabilities: ['json'] },
    input: { needs: ['json-schema'] },
    breaks: 'capability',
  },
  { title: 'public content may go to a vendor', option: cloud },
  {
    title: 'internal content may not go to a vendor',
    option: cloud,
    input: { dataClass: 'internal' },
    breaks: 'data-class',
    says: 'may not take internal content: its endpoint m-endpoint is for public',
  },
  {
    title: 'a version that is loaded nowhere is no candidate',
    option: { isDeployed: false },
    breaks: 'deployed',
    says: 'is not deployed anywhere',
  },
  {
    title: 'an endpoint with an open circuit is left alone',
    option: { breaker: 'open' },
    breaks: 'healthy',
    says: 'its endpoint m-endpoint failed too often and rests',
  },
  { title: 'an endpoint with a half-open circuit may be tried', option: { breaker: 'half-open' } },
  {
    title: 'an endpoint that is not ready is left alone',
    option: { isReady: false },
    breaks: 'healthy',
    says: 'its endpoint m-endpoint is not ready',
  },
  { title: 'the worst case may use the budget up', input: { budget: { leftNanoUsd: 2_000_000 } } },
  {
    title: 'the worst case may not overshoot the budget',
    input: { budget: { leftNanoUsd: 1_999_999 } },
    breaks: 'affordable',
    says: 'may cost $0.002, the budget has $0.001999999 left',
  },
]

it.each(cases)('$title', ({ option: changes, input, breaks, says }) => {
  const found = brokenRequirements(option('m', changes), routeInput([], input))
  expect(found.map(({ requirement }) => requirement)).toEqual(breaks === undefined ? [] : [breaks])
  if (says !== undefined) expect(found[0]?.reason).toBe(says)
})

it('all broken requirements are told, not only the first', () => {
  const found = brokenRequirements(
    option('m', { isReady: false, isDeployed: false, capabilities: [] }),
    routeInput([], { needs: ['tools'] }),
  )
  expect(found.map(({ requirement }) => requirement)).toEqual(['capability', 'deployed', 'healthy'])
})
