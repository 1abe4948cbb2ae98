import { describe, expect, it } from 'vitest'
import { DEFAULT_WEIGHTS } from '../../../domain/catalog/score-weights.ts'
import { inlineContent } from '../../../domain/content-ref.ts'
import { type Message, textMessage } from '../../../domain/message.ts'
import { neededCapabilities } from '../../../domain/routing/input/needed-capabilities.ts'
import { route } from '../../../domain/routing/route.ts'
import { routeInputFor, type RouteRequest } from '../../../domain/routing/route-input-for.ts'
import type { RouteFacts } from '../../../domain/routing/route-facts.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const plain = testCatalog([{ name: 'first' }, { name: 'second' }, { name: 'third' }])
const message = textMessage('user', inlineContent('12345678'))

describe('without profiles and facts', () => {
  it("the task's default comes first, its fallbacks follow", () => {
    const input = routeInputFor(plain, { messages: [message] })
    expect(input).toMatchObject({
      catalogVersion: 'test-catalog',
      task: 'chat',
      dataClass: 'public',
      weights: DEFAULT_WEIGHTS,
      hasOwnWeights: false,
      minQuality: 0,
      budget: {},
      missing: [],
      unlisted: [],
    })
    expect(input.options.map(({ candidate, role, rank }) => [candidate.model, role, rank])).toEqual([
      ['first', 'default', 0],
      ['second', 'fallback', 1],
      ['third', 'fallback', 2],
    ])
    expect(route(input).candidates.map(({ model }) => model)).toEqual(['first', 'second', 'third'])
  })

  it('an empty prompt has no tokens', () => {
    expect(routeInputFor(plain, {}).estimatedInputTokens).toBe(0)
  })

  it('costs are whole nano-dollars of the expected and of the worst call', () => {
    const [option] = routeInputFor(plain, { messages: [message], maxOutputTokens: 1000 }).options
    // 8 bytes: 2 tokens and 4 for the message; half of the answer.
    expect(option?.expectedNanoUsd).toBe(6 * 1000 + 500 * 5000)
    // A token for each byte and 16 for the template; the whole answer.
    expect(option?.worstCaseNanoUsd).toBe(24 * 1000 + 1000 * 5000)
  })
})

describe('which models are considered', () => {
  const defaults = {
    model: 'first',
    fallbacks: ['second'],
    temperature: 0,
    maxOutputTokens: 100,
    targets: { speed: 'third', quality: 'second', cost: 'third' },
  }
  const catalog = testCatalog(
    ['first', 'second', 'third', 'zebra', 'ant'].map((name) => ({ name })),
    { chat: defaults },
  )
  const roles = (request: RouteRequest) =>
    routeInputFor(catalog, request).options.map(({ candidate, role }) => `${candidate.model} ${role}`)

  it('the model of the target, the default, the fallbacks, then those of other targets, each once', () => {
    expect(roles({})).toEqual(['first default', 'second fallback', 'third other-target'])
    expect(roles({ target: 'speed' })).toEqual(['third target', 'first default', 'second fallback'])
    expect(roles({ target: 'quality' })).toEqual(['second target', 'first default', 'third other-target'])
  })

  it('a model asked for stands alone', () => {
    expect(roles({ model: 'ant', target: 'speed' })).toEqual(['ant asked-for'])
  })

  it('the others are listed by name', () => {
    expect(routeInputFor(catalog, {}).unlisted).toEqual(['ant', 'zebra'])
    expect(routeInputFor(catalog, { model: 'ant' }).unlisted).toEqual(['first', 'second', 'third', 'zebra'])
  })

  it('a model that is not in the catalog, and one whose endpoint is not, are missing', () => {
    expect(routeInputFor(catalog, { model: 'nobody' }).missing).toEqual([
      { model: 'nobody', reason: 'is not in the catalog' },
    ])
    const cut = { ...catalog, endpoints: {} }
    expect(routeInputFor(cut, { model: 'ant' }).missing).toEqual([
      { model: 'ant', reason: 'its endpoint ant is not configured' },
    ])
  })

  it('the order of the keys in the catalog changes nothing', () => {
    const turned = {
      ...catalog,
      models: Object.fromEntries(Object.entries(catalog.models).toReversed()),
      endpoints: Object.fromEntries(Object.entries(catalog.endpoints).toReversed()),
    }
    expect(routeInputFor(turned, {})).toEqual(routeInputFor(catalog, {}))
  })
})

describe('what is known now', () => {
  const profiled = testCatalog([
    {
      name: 'first',
      endpoint: { kind: 'local' },
      version: {
        profile: { quality: { default: 0.5, code: 0.9 }, latencyMs: 800 },
        capabilities: ['tools'],
        planning: 'numbered-lines',
      },
    },
    { name: 'second', version: { capabilities: ['vision'] } },
  ])
  const facts: RouteFacts = {
    endpoints: { first: { breaker: 'half-open', isReady: false, limitedForMs: 500 } },
    versions: {
      'first@2026-01-01': { isDeployed: false, p50Ms: 300, p95Ms: 900, quality: { chat: 0.6 } },
    },
    budget: { leftNanoUsd: 5, leftShare: 0.5 },
  }

  it('stands beside what the catalog believes', () => {
    const [first, second] = routeInputFor(profiled, {}, facts).options
    expect(first).toMatchObject({
      quality: { prior: 0.5, measured: 0.6 },
      latency: { priorMs: 800, p50Ms: 300, p95Ms: 900 },
      breaker: 'half-open',
      isReady: false,
      isDeployed: false,
      limitedForMs: 500,
    })
    expect(second).toMatchObject({
      quality: {},
      latency: {},
      breaker: 'closed',
      isReady: true,
      isDeployed: true,
    })
    expect(routeInputFor(profiled, {}, facts).budget).toEqual({ leftNanoUsd: 5, leftShare: 0.5 })
  })

  it('is looked up by the type of the task', () => {
    const [first] = routeInputFor(profiled, { task: 'code' }, facts).options
    expect(first?.quality).toEqual({ prior: 0.9 })
  })

  it('data classes follow from where the endpoint runs', () => {
    const [first, second] = routeInputFor(profiled, { dataClass: 'restricted' }).options
    expect(first?.allowedDataClasses).toContain('restricted')
    expect(second?.allowedDataClasses).toEqual(['public'])
  })

  it('who plans by schema can fill one, whether its list says so or not', () => {
    const [first, second] = routeInputFor(profiled, {}).options
    expect(first?.capabilities).toEqual(['tools'])
    expect(second?.capabilities).toEqual(['vision', 'json-schema'])
  })

  it('local models have a queue for each version, the others one for each provider', () => {
    const queues = routeInputFor(profiled, {}).options.map(({ candidate }) => candidate.taskQueue)
    expect(queues).toEqual(['model.first.2026-01-01', 'provider.second'])
  })
})

describe('what counts', () => {
  const own = { cost: 1, latency: 0, quality: 0 }
  const ofTenant = { cost: 0, latency: 1, quality: 0 }
  const ofTask = { cost: 0, latency: 0, quality: 1 }
  const defaults = { model: 'first', fallbacks: [], temperature: 0.5, maxOutputTokens: 100 }
  const catalog = testCatalog([{ name: 'first' }, { name: 'second' }], {
    chat: { ...defaults, weights: ofTask, minQuality: 0.7 },
  })

  it("is what the request says, else the tenant, else the task, else everybody's", () => {
    const tenant = { weights: ofTenant }
    expect(routeInputFor(catalog, { weights: own }, { tenant })).toMatchObject({
      weights: own,
      hasOwnWeights: true,
    })
    expect(routeInputFor(catalog, {}, { tenant })).toMatchObject({ weights: ofTenant, hasOwnWeights: false })
    expect(routeInputFor(catalog, {})).toMatchObject({ weights: ofTask, minQuality: 0.7 })
    expect(routeInputFor(catalog, { task: 'code' })).toMatchObject({ weights: DEFAULT_WEIGHTS })
  })

  it('of a tenant is what it says of the task, before what it says of all', () => {
    const ofItsTask = { cost: 2, latency: 1, quality: 1 }
    const tenant = { weights: ofTenant, tasks: { chat: { weights: ofItsTask } } }
    expect(routeInputFor(catalog, {}, { tenant })).toMatchObject({ weights: ofItsTask })
    expect(routeInputFor(catalog, { task: 'code' }, { tenant })).toMatchObject({ weights: ofTenant })
  })

  it('a tenant may have a data class of its own for requests that say none', () => {
    const tenant = { dataClass: 'confidential' } as const
    expect(routeInputFor(catalog, {}, { tenant }).dataClass).toBe('confidential')
    expect(routeInputFor(catalog, { dataClass: 'internal' }, { tenant }).dataClass).toBe('internal')
  })

  it('a tenant may have other defaults for a task', () => {
    const tenant = { tasks: { chat: { model: 'second', temperature: 0.1, maxOutputTokens: 7 } } }
    const input = routeInputFor(catalog, {}, { tenant })
    expect(input.options.map(({ candidate }) => candidate)).toMatchObject([
      { model: 'second', temperature: 0.1, maxOutputTokens: 7 },
    ])
    expect(input.minQuality).toBe(0.7)
  })

  it('settings of the request win over the defaults, within what the version can do', () => {
    const [option] = routeInputFor(catalog, { maxOutputTokens: 99_999, temperature: 2 }).options
    expect(option?.candidate).toMatchObject({ maxOutputTokens: 10_000, temperature: 2 })
  })

  it('target, complexity and model stand in the input only where they are given', () => {
    const wishes = { target: 'cost', complexity: 'complex', model: 'first' } as const
    expect(routeInputFor(catalog, wishes)).toMatchObject(wishes)
    expect(Object.keys(routeInputFor(catalog, {}))).not.toContain('target')
  })
})

describe('what a request needs', () => {
  const image: Message = { role: 'user', parts: [{ type: 'image', url: 'https://host/cat.png' }] }
  const tool = { name: 'look-up', parameters: {} }

  const captioned: Message = { role: 'user', parts: [...message.parts, ...image.parts] }

  it.each([
    [{}, []],
    [{ messages: [captioned] }, ['vision']],
    [{ messages: [message] }, []],
    [{ messages: [message, image] }, ['vision']],
    [{ tools: [tool] }, ['tools']],
    [{ tools: [] }, []],
    [{ responseFormat: { type: 'text' } }, []],
    [{ responseFormat: { type: 'json' } }, ['json']],
    [{ responseFormat: { type: 'json-schema', name: 'plan', schema: {} } }, ['json-schema']],
    [{ responseFormat: { type: 'numbered-lines', count: 3, minLength: 1, maxLength: 9 } }, []],
  ] as const)('%j needs %j', (request, needs) => {
    expect(neededCapabilities(request)).toEqual(needs)
  })
})
