import { describe, expect, it } from 'vitest'
import { CatalogError } from '../../../workers/catalog/catalog-problem.ts'
import { environmentCatalog } from '../../../workers/catalog/environment-catalog.ts'
import { loadCatalog } from '../../../workers/catalog/load-catalog.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { quotaLimitsOf } from '../../../domain/catalog/endpoint-defaults.ts'
import { route } from '../../../domain/routing/route.ts'
import { routeInputFor, type RouteRequest } from '../../../domain/routing/route-input-for.ts'
import { smallCatalog } from './small-catalog.ts'
import { TASK_TYPES } from '../../../domain/model-request.ts'

const small = 'models.chat-small.versions.0'

/** Field to change, what to write there, and the line that must tell about it. */
const wrong: readonly (readonly [string, unknown, string])[] = [
  [
    'endpoints.vendor.deployment',
    'moon',
    'endpoints.vendor.deployment: must be one of cloud-api, private-cloud, on-premise, not "moon"',
  ],
  [
    'endpoints.vendor.quotaPool',
    'account',
    'endpoints.vendor.quotaPool: "account" is not in the catalog; use one of (none there yet)',
  ],
  ['quotaPools', [], 'quotaPools: must be a mapping with quota pool names'],
  ['quotaPools', { spare: {} }, 'quotaPools.spare: limits nothing: name it as quotaPool of an endpoint'],
  ['quotaPools', { 'bad name': {} }, 'quotaPools.bad name: must be a name of 1 to 64'],
  [
    'quotaPools',
    { vendor: { requestsPerMinute: 0 } },
    'quotaPools.vendor.requestsPerMinute: must be a whole number of requests, 1 or more, not 0',
  ],
  ['quotaPools', { vendor: { perDay: 1 } }, 'quotaPools.vendor.perDay: is no field of the catalog'],
  [
    `${small}.profile`,
    { quality: { code: 0.5 } },
    'models.chat-small.versions[0].profile.quality.default: is missing; set it to a number from 0 to 1',
  ],
  [
    `${small}.profile`,
    { quality: { default: 0.5, code: 7 } },
    'models.chat-small.versions[0].profile.quality.code: must be a number from 0 to 1, not 7',
  ],
  [
    `${small}.profile`,
    { quality: { default: 0.5, gardening: 1 } },
    'models.chat-small.versions[0].profile.quality.gardening: is no field of the catalog',
  ],
  [
    `${small}.profile`,
    { latencyMs: 0.5 },
    'models.chat-small.versions[0].profile.latencyMs: must be a whole number of milliseconds',
  ],
  [
    `${small}.profile`,
    { availability: 99.9 },
    'models.chat-small.versions[0].profile.availability: must be a number from 0 to 1, not 99.9',
  ],
  ['tasks.default.minQuality', 60, 'tasks.default.minQuality: must be a number from 0 to 1, not 60'],
  [
    'tasks.default.weights',
    { cost: 1, latency: 1 },
    'tasks.default.weights.quality: is missing; set it to a number, 0 or more',
  ],
  [
    'tasks.default.weights',
    { cost: 1, latency: -1, quality: 1 },
    'tasks.default.weights.latency: must be a number, 0 or more, not -1',
  ],
  [
    'tasks.default.weights',
    { cost: 0, latency: 0, quality: 0 },
    'tasks.default.weights: must not all be 0; give at least one of cost, latency and quality a weight',
  ],
]

describe('what routing reads of a catalog', () => {
  it.each(wrong)('%s = %j is refused with its place', (path, value, line) => {
    expect(problemsOf(smallCatalog({ [path]: value })).join('\n')).toContain(line)
  })

  it('stands in the catalog as it was written', () => {
    const profile = {
      quality: { default: 0.5, code: 0.6 },
      latencyMs: 900,
      timeToFirstTokenMs: 100,
      availability: 0.99,
    }
    const catalog = parseCatalog(
      smallCatalog({
        'endpoints.vendor.deployment': 'private-cloud',
        'endpoints.vendor.quotaPool': 'account',
        quotaPools: { account: { requestsPerMinute: 60, tokensPerMinute: 9000 }, own: { concurrency: 2 } },
        [`${small}.profile`]: profile,
        'tasks.default.minQuality': 0.4,
        'tasks.default.weights': { cost: 1, latency: 0, quality: 2 },
      }),
      { sourceName: 'small' },
    )
    const { vendor, own } = catalog.endpoints
    expect(vendor).toMatchObject({ deployment: 'private-cloud', quotaPool: 'account' })
    expect(vendor === undefined ? {} : quotaLimitsOf(catalog, vendor)).toEqual({
      requestsPerMinute: 60,
      tokensPerMinute: 9000,
    })
    expect(own === undefined ? {} : quotaLimitsOf(catalog, own)).toEqual({ concurrency: 2 })
    expect(catalog.models['chat-small']?.versions[0]?.profile).toEqual(profile)
    expect(catalog.tasks.code).toMatchObject({
      minQuality: 0.4,
      weights: { cost: 1, latency: 0, quality: 2 },
    })
    const lookup = (name: string) => (name === 'OPENAI_API_KEY' ? 'k' : undefined)
    expect(environmentCatalog(catalog, lookup).catalog).toEqual(catalog)
  })

  it('is absent where nothing is written', () => {
    const catalog = parseCatalog(smallCatalog(), { sourceName: 'small' })
    expect(Object.keys(catalog)).not.toContain('quotaPools')
    expect(Object.keys(catalog.endpoints['vendor'] ?? {})).not.toContain('deployment')
    expect(Object.keys(catalog.tasks.chat)).not.toContain('weights')
  })

  it('does not call a pool unused while an endpoint cannot be read', () => {
    const problems = problemsOf(
      smallCatalog({ 'endpoints.vendor.kind': 'carrier-pigeon', quotaPools: { account: {} } }),
    )
    expect(problems.filter((line) => line.startsWith('quotaPools'))).toEqual([])
  })
})

describe('the catalog that comes with Switchyard', () => {
  const everyKey = () => 'k'

  it('has a quality prior for every model and every task', async () => {
    const catalog = await loadCatalog()
    for (const task of TASK_TYPES) {
      for (const { candidate, quality } of routeInputFor(catalog, { task }).options) {
        expect(quality.prior, `${candidate.model} at ${task}`).toBeTypeOf('number')
      }
    }
  })

  it.each<readonly [RouteRequest, string]>([
    [{ task: 'chat' }, 'gpt-mini'],
    [{ task: 'extraction' }, 'gpt-mini'],
    [{ task: 'code' }, 'claude-sonnet'],
    [{ task: 'planning' }, 'claude-sonnet'],
    [{ task: 'synthesis' }, 'claude-sonnet'],
    [{ task: 'chat', complexity: 'complex' }, 'claude-sonnet'],
    [{ task: 'chat', target: 'quality' }, 'claude-sonnet'],
    [{ task: 'reasoning', target: 'cost' }, 'gpt-mini'],
    [{ task: 'code', target: 'speed' }, 'gpt-mini'],
    [{ task: 'code', dataClass: 'confidential' }, 'smol'],
  ])('with all keys, %j goes to %s', async (request, model) => {
    const { catalog } = environmentCatalog(await loadCatalog(), everyKey)
    expect(route(routeInputFor(catalog, request)).candidates[0]?.model).toBe(model)
  })

  it('keeps the local model as the last resort of every task', async () => {
    const { catalog } = environmentCatalog(await loadCatalog(), everyKey)
    for (const task of TASK_TYPES) {
      for (const target of ['quality', 'speed', 'cost'] as const) {
        const { candidates } = route(routeInputFor(catalog, { task, target }))
        expect(candidates.at(-1)?.model).toBe('smol')
        expect(candidates.length).toBeGreaterThan(2)
      }
    }
  })
})

function problemsOf(text: string): readonly string[] {
  try {
    parseCatalog(text, { sourceName: 'test.yaml' })
  } catch (error) {
    if (error instanceof CatalogError) return error.problems
    throw error
  }
  return []
}
