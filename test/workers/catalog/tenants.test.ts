import { describe, expect, it } from 'vitest'
import { CatalogError } from '../../../workers/catalog/catalog-problem.ts'
import { environmentCatalog } from '../../../workers/catalog/environment-catalog.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { routeInputFor } from '../../../domain/routing/route-input-for.ts'
import { smallCatalog } from './small-catalog.ts'
import { tenantPreferences } from '../../../domain/catalog/tenant-preferences.ts'

const wrong: readonly (readonly [unknown, string])[] = [
  [[], 'tenants: must be a mapping with tenants, not []'],
  [{ 'a b': {} }, 'tenants.a b: the tenant "a b" must be 1 to 128 letters, digits'],
  [{ acme: [] }, 'tenants.acme: must be a mapping with dataClass, weights and tasks, not []'],
  [{ acme: { colour: 1 } }, 'tenants.acme.colour: is no field of the catalog'],
  [
    { acme: { dataClass: 'secret' } },
    'tenants.acme.dataClass: must be one of public, internal, confidential, restricted, not "secret"',
  ],
  [
    { acme: { weights: { cost: 1 } } },
    'tenants.acme.weights.latency: is missing; set it to a number, 0 or more',
  ],
  [{ acme: { tasks: [] } }, 'tenants.acme.tasks: must be a mapping with task types, not []'],
  [{ acme: { tasks: { default: {} } } }, 'tenants.acme.tasks.default: is no task type; use one of chat, '],
  [
    { acme: { tasks: { gardening: {} } } },
    'tenants.acme.tasks.gardening: is no task type; use one of chat, ',
  ],
  [
    { acme: { tasks: { code: { model: 'gpt' } } } },
    'tenants.acme.tasks.code.model: "gpt" is not in the catalog; use one of chat-small, chat-large',
  ],
  [
    { acme: { tasks: { code: { fallbacks: ['chat-small', 'gpt'] } } } },
    'tenants.acme.tasks.code.fallbacks[1]: "gpt" is not in the catalog',
  ],
  [
    { acme: { tasks: { code: { fallbacks: ['chat-small', 'chat-small'] } } } },
    'tenants.acme.tasks.code.fallbacks[1]: "chat-small" stands twice; remove one',
  ],
  [
    { acme: { tasks: { code: { targets: { speed: 'gpt' } } } } },
    'tenants.acme.tasks.code.targets.speed: "gpt" is not in the catalog',
  ],
  [
    { acme: { tasks: { code: { temperature: 3 } } } },
    'tenants.acme.tasks.code.temperature: must be a number from 0 to 2, not 3',
  ],
  [
    { acme: { tasks: { code: { modell: 'x' } } } },
    'tenants.acme.tasks.code.modell: is no field of the catalog',
  ],
]

describe('what a catalog says of tenants', () => {
  it.each(wrong)('%j is refused with its place', (tenants, line) => {
    expect(problemsOf(smallCatalog({ tenants })).join('\n')).toContain(line)
  })

  it('is refused with all its problems at once, beside those of the rest', () => {
    const tenants = {
      acme: { dataClass: 'x', tasks: { code: {} } },
      b: { tasks: { code: { model: 'gpt' } } },
    }
    expect(problemsOf(smallCatalog({ tenants, 'tasks.default.temperature': 9 }))).toHaveLength(3)
  })

  const tenants = {
    acme: {
      dataClass: 'internal',
      weights: { cost: 1, latency: 0, quality: 0 },
      tasks: {
        code: { model: 'chat-small', fallbacks: ['chat-large'], temperature: 0.1, maxOutputTokens: 99 },
        chat: {
          minQuality: 0.2,
          weights: { cost: 0, latency: 1, quality: 0 },
          targets: { cost: 'chat-large' },
        },
      },
    },
    plain: {},
  }

  it('stands in the catalog as it was written, and decides what the tenant uses', () => {
    const catalog = parseCatalog(smallCatalog({ tenants }), { sourceName: 'small' })
    expect(catalog.tenants).toEqual(tenants)
    const input = routeInputFor(catalog, { task: 'code' }, tenantPreferences(catalog, 'acme'))
    expect(input).toMatchObject({ dataClass: 'internal', weights: tenants.acme.weights })
    expect(input.options.map(({ candidate }) => candidate)).toMatchObject([
      { model: 'chat-small', maxOutputTokens: 99 },
      { model: 'chat-large', maxOutputTokens: 99 },
    ])
    const others = routeInputFor(catalog, { task: 'code' }, tenantPreferences(catalog, 'other'))
    expect(others.options[0]?.candidate.model).toBe('chat-large')
    expect(environmentCatalog(catalog, everyKey).catalog).toEqual(catalog)
  })

  it('goes on with the models that can be called here', () => {
    const catalog = parseCatalog(
      smallCatalog({
        tenants: {
          ...tenants,
          large: { tasks: { code: { model: 'chat-large' }, chat: { fallbacks: ['chat-small'] } } },
        },
      }),
      { sourceName: 'small' },
    )
    const here = environmentCatalog(catalog, () => undefined).catalog
    expect(here.tenants?.['acme']?.tasks).toMatchObject({
      code: { model: 'chat-small', fallbacks: [], temperature: 0.1 },
      chat: { targets: {} },
    })
    expect(here.tenants?.['large']?.tasks).toMatchObject({
      code: { model: 'chat-small', fallbacks: [] },
      chat: { model: 'chat-small', fallbacks: [] },
    })
    expect(here.tenants?.['plain']).toEqual({})
  })

  it('is an error where it leaves a task without a model that can be called', () => {
    const only = { acme: { tasks: { code: { model: 'chat-large', fallbacks: [] } } } }
    const catalog = parseCatalog(smallCatalog({ tenants: only }), { sourceName: 'small' })
    expect(() => environmentCatalog(catalog, () => undefined)).toThrow(
      'tenants.acme.tasks.code: none of its models (chat-large) can be called here; set OPENAI_API_KEY',
    )
  })

  it('is absent where nothing is written', () => {
    const catalog = parseCatalog(smallCatalog(), { sourceName: 'small' })
    expect(Object.keys(catalog)).not.toContain('tenants')
    expect(Object.keys(catalog)).not.toContain('classifyWith')
  })
})

describe('the model that says what a request is about', () => {
  const catalog = () =>
    parseCatalog(smallCatalog({ routing: { classifyWith: 'chat-large' } }), { sourceName: 's' })

  it('is one of the catalog', () => {
    expect(catalog().classifyWith).toBe('chat-large')
    expect(environmentCatalog(catalog(), everyKey).catalog.classifyWith).toBe('chat-large')
  })

  it('is left out where it cannot be called: the rules decide alone', () => {
    expect(environmentCatalog(catalog(), () => undefined).catalog).not.toHaveProperty('classifyWith')
  })

  it.each([
    [
      { classifyWith: 'gpt' },
      'routing.classifyWith: "gpt" is not in the catalog; use one of chat-small, chat-large',
    ],
    [{ classifyBy: 'gpt' }, 'routing.classifyBy: is no field of the catalog'],
    [[], 'routing: must be a mapping with classifyWith, not []'],
  ])('%j is refused with its place', (routing, line) => {
    expect(problemsOf(smallCatalog({ routing })).join('\n')).toContain(line)
  })
})

function everyKey(name: string): string | undefined {
  return name === 'OPENAI_API_KEY' ? 'k' : undefined
}

function problemsOf(text: string): readonly string[] {
  try {
    parseCatalog(text, { sourceName: 'test.yaml' })
  } catch (error) {
    if (error instanceof CatalogError) return error.problems
    throw error
  }
  return []
}
