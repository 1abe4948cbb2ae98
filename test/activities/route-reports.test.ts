import { candidatesToTry } from '../../domain/routing/candidates-to-try.ts'
import { describe, expect, test } from 'vitest'
import { createRouteReportActivities } from '../../activities/route-reports.ts'
import { draftAdmission } from '../../activities/draft-admission.ts'
import { inlineContent } from '../../domain/content-ref.ts'
import { replayDecision } from '../../domain/routing/replay-decision.ts'
import type { RouteFacts } from '../../domain/routing/route-facts.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { textMessage } from '../../domain/message.ts'

const catalog = {
  ...testCatalog([{ name: 'first' }, { name: 'second' }, { name: 'tiny' }]),
  classifyWith: 'tiny',
}
const facts: RouteFacts = {
  endpoints: { first: { breaker: 'open' }, second: { limitedForMs: 1500 } },
  versions: { 'second@2026-01-01': { p50Ms: 321.5, p95Ms: 900 } },
  budget: { leftNanoUsd: 900_000_000, leftShare: 0.4 },
  tenant: { weights: { cost: 1, latency: 2, quality: 3 } },
}
const stored = { operationId: 'call/acme/1', acceptedAt: '', decision: null, candidates: [] }
const activities = createRouteReportActivities({
  catalog,
  skipped: [{ endpoint: 'cloud', reason: 'set CLOUD_KEY' }],
  facts: async ({ tenant }) => (tenant === 'acme' ? facts : {}),
  decisions: { read: async (id) => (id === stored.operationId ? stored : undefined) },
})
const prompt = (text: string) => ({ messages: [textMessage('user', inlineContent(text))] })

describe('an explanation', () => {
  test('is made from the very input that admission stores', async () => {
    const request = prompt('Translate this into French: good morning')
    const { input, decision, skipped } = await activities.explainRoute({ tenant: 'acme', request })
    const call = {
      operationId: 'call/acme/1',
      runId: 'r',
      number: 1,
      kind: 'call',
      tenant: 'acme',
      request,
    } as const
    const draft = draftAdmission(call, { catalog, facts, hash: () => '', nowMs: 0 })
    if (!('record' in draft)) throw new Error('it was not admitted')
    const { operation } = draft.record
    expect(operation.decision).toMatchObject({ input: JSON.parse(JSON.stringify(input)) })
    // What only rests is kept behind them, for when they have failed.
    expect(operation.candidates).toEqual(candidatesToTry(input, decision))
    expect(operation.candidates.slice(0, decision.candidates.length)).toEqual(decision.candidates)
    expect(replayDecision({ ...operation, acceptedAt: '' }).isSame).toBe(true)
    expect(input.options.map(({ breaker, limitedForMs }) => [breaker, limitedForMs])).toEqual([
      ['open', 0],
      ['closed', 1500],
      ['closed', 0],
    ])
    expect(skipped).toEqual([{ endpoint: 'cloud', reason: 'set CLOUD_KEY' }])
  })

  test('takes another share of the budget on trust', async () => {
    const { input } = await activities.explainRoute({ tenant: 'acme', request: {}, budgetLeftShare: 0.05 })
    expect(input.budget).toEqual({ leftNanoUsd: 900_000_000, leftShare: 0.05 })
  })

  test('names the model that would be asked where the rules are unsure', async () => {
    const vague = prompt('The weather stayed as it had been for days. '.repeat(9))
    expect((await activities.explainRoute({ tenant: 'a', request: vague })).asks).toBe('tiny')
    expect(await activities.explainRoute({ tenant: 'a', request: prompt('Hello') })).not.toHaveProperty(
      'asks',
    )
  })
})

describe('the decision of an operation', () => {
  test('is found by its id', async () => {
    expect(await activities.readDecision({ operationId: 'call/acme/1' })).toEqual({ stored })
    expect(await activities.readDecision({ operationId: 'call/acme/2' })).toEqual({})
  })

  test('without an id is refused', async () => {
    await expect(activities.readDecision({ operationId: '' })).rejects.toMatchObject({ type: 'InvalidInput' })
  })
})
