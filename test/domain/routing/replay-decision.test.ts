import { describe, expect, it } from 'vitest'
import { candidatesToTry } from '../../../domain/routing/candidates-to-try.ts'
import { decideRoute } from '../../../domain/routing/decide-route.ts'
import { type JsonObject, type JsonValue, toJson } from '../../../domain/json.ts'
import { replayDecision, type StoredDecision } from '../../../domain/routing/replay-decision.ts'
import type { RouteFacts } from '../../../domain/routing/route-facts.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const catalog = testCatalog(
  ['first', 'second', 'third'].map((name, index) => ({
    name,
    version: { profile: { quality: { default: 0.5 + index / 10 }, latencyMs: 700 + 100 * index } },
  })),
)

/** What admission stores of a decision, as it comes back from the database. */
function stored(
  facts: RouteFacts = {},
): Omit<StoredDecision, 'decision'> & { readonly decision: JsonObject } {
  const { input, decision } = decideRoute(catalog, { task: 'code' }, facts)
  const { candidates: _free, ...explanation } = decision
  return {
    operationId: 'call/acme/1',
    acceptedAt: '2026-11-21T12:00:00.000Z',
    decision: { input: toJson(input), ...JSON.parse(JSON.stringify(explanation)) },
    candidates: JSON.parse(JSON.stringify(candidatesToTry(input, decision))),
  }
}

describe('a stored decision', () => {
  it.each<[string, RouteFacts]>([
    ['with nothing measured', {}],
    [
      'with measured times and a low budget',
      { versions: { 'first@2026-01-01': { p50Ms: 123.456, p95Ms: 1 / 3 } }, budget: { leftShare: 0.1 } },
    ],
    [
      'while all endpoints rest',
      { endpoints: { first: { breaker: 'open' }, second: { breaker: 'open' }, third: { breaker: 'open' } } },
    ],
  ])('comes out the same %s', (_title, facts) => {
    const decision = stored(facts)
    expect(decision.candidates).toHaveLength(3)
    expect(replayDecision(decision)).toMatchObject({
      operationId: 'call/acme/1',
      acceptedAt: '2026-11-21T12:00:00.000Z',
      isSame: true,
      differences: [],
    })
  })

  it('differs where its rule, its candidates or one of its reasons does', () => {
    const { decision, candidates, ...rest } = stored()
    const turned = { ...rest, decision: { ...decision, rule: 'best' }, candidates: candidates.toReversed() }
    const { isSame, differences } = replayDecision(turned)
    expect(isSame).toBe(false)
    expect(differences.map((line) => line.slice(0, 24))).toEqual([
      'rule: stored "best", now',
      'candidates: stored [{"ca',
    ])
    const { reasons: _reasons, ...silent } = decision
    expect(replayDecision({ ...rest, decision: silent, candidates }).differences[0]).toMatch(
      /^reasons: stored nothing, now \[/,
    )
  })

  it('differs in the last bit of a score', () => {
    const { decision, ...rest } = stored()
    const bent: JsonValue = JSON.parse(JSON.stringify(decision).replace(/"total":0\.(\d+)/, '"total":0.$11'))
    expect(replayDecision({ ...rest, decision: bent }).isSame).toBe(false)
  })

  it.each<JsonValue>([
    null,
    'default model',
    { reason: 'default model' },
    { input: { options: [] } },
    { input: { options: [], missing: [] } },
  ])('cannot be made again from %j', (decision) => {
    expect(replayDecision({ ...stored(), decision })).toMatchObject({
      isSame: false,
      differences: ['no input of the decision is stored'],
    })
  })
})
