import { describe, expect, it } from 'vitest'
import { CatalogError } from '../../../workers/catalog/catalog-problem.ts'
import { environmentCatalog } from '../../../workers/catalog/environment-catalog.ts'
import { loadCatalog } from '../../../workers/catalog/load-catalog.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { smallCatalog } from './small-catalog.ts'

const catalog = parseCatalog(smallCatalog(), { sourceName: 'small' })

describe('environmentCatalog', () => {
  it('leaves endpoints without their key out and says what to set', () => {
    const { catalog: narrowed, skipped } = environmentCatalog(catalog, lookupIn({ OPENAI_API_KEY: ' ' }))
    expect(skipped).toEqual([{ endpoint: 'vendor', reason: 'needs a key: set OPENAI_API_KEY' }])
    expect(Object.keys(narrowed.endpoints)).toEqual(['own'])
    expect(Object.keys(narrowed.models)).toEqual(['chat-small'])
    expect(narrowed.tasks.chat).toMatchObject({ model: 'chat-small', fallbacks: [] })
  })

  it('keeps everything once the key is there', () => {
    const { catalog: whole, skipped } = environmentCatalog(catalog, lookupIn({ OPENAI_API_KEY: 'k' }))
    expect(skipped).toEqual([])
    expect(whole).toEqual(catalog)
  })

  it('points vendors without an address of their own elsewhere, never the others', () => {
    const withHost = parseCatalog(
      smallCatalog({ 'endpoints.host': { kind: 'openai', baseUrl: 'http://host/v1' } }),
      { sourceName: 'small' },
    )
    const lookup = lookupIn({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://mock/v1' })
    const { endpoints } = environmentCatalog(withHost, lookup).catalog
    expect(endpoints['vendor']?.baseUrl).toBe('http://mock/v1')
    expect(endpoints['host']?.baseUrl).toBe('http://host/v1')
  })

  it('refuses a task with no model left and names the variables that help', () => {
    const cloudOnly = parseCatalog(
      smallCatalog({ 'tasks.default.fallbacks': [], 'tasks.default.targets': {} }),
      {
        sourceName: 'small',
      },
    )
    expect(() => environmentCatalog(cloudOnly, lookupIn({}))).toThrow(CatalogError)
    expect(() => environmentCatalog(cloudOnly, lookupIn({}))).toThrow(
      /tasks\.chat: none of its models \(chat-large\) can be called here; set OPENAI_API_KEY/,
    )
  })
})

describe('the catalog that comes with Switchyard', () => {
  it('runs every task on the local model when no key is set', async () => {
    const { catalog: local, skipped } = environmentCatalog(await loadCatalog(), lookupIn({}))
    expect(new Set(Object.values(local.tasks).map(({ model }) => model))).toEqual(new Set(['smol']))
    expect(skipped.map(({ endpoint }) => endpoint)).toEqual(['openai', 'anthropic'])
    expect(local.models['smol']?.versions[0]?.price.input.base).toBeGreaterThan(0)
  })

  it.each([
    ['OPENAI_API_KEY', 'gpt'],
    ['ANTHROPIC_API_KEY', 'claude-sonnet'],
  ])('prefers a cloud model for planning once %s is set, the local one last', async (variable, model) => {
    const { planning } = environmentCatalog(await loadCatalog(), lookupIn({ [variable]: 'k' })).catalog.tasks
    expect(planning.model).toBe(model)
    expect(planning.fallbacks.at(-1)).toBe('smol')
  })

  it('says how to point to a file that exists', async () => {
    await expect(loadCatalog('/nowhere/catalog.yaml')).rejects.toThrow(/set SWITCHYARD_CATALOG/)
  })
})

function lookupIn(variables: Readonly<Record<string, string>>): (name: string) => string | undefined {
  return (name) => variables[name]
}
