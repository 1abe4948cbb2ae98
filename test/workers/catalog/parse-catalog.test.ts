import { describe, expect, it } from 'vitest'
import { CatalogError } from '../../../workers/catalog/catalog-problem.ts'
import { TASK_TYPES } from '../../../domain/model-request.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { sha256Hex } from '../../../payloads/content-store.ts'
import { smallCatalog } from './small-catalog.ts'

const small = 'models.chat-small.versions.0'
const large = 'models.chat-large.versions.0'

/** Field to change, what to write there, and the line that must tell about it. */
const wrong: readonly (readonly [string, unknown, string])[] = [
  [
    'endpoints.own.kind',
    'remote',
    'endpoints.own.kind: must be one of openai, anthropic, local, simulated, not "remote"',
  ],
  [
    'endpoints.own.kind',
    undefined,
    'endpoints.own.kind: is missing; set it to one of openai, anthropic, local, simulated',
  ],
  ['endpoints.own.colour', 'red', 'endpoints.own.colour: is no field of the catalog'],
  [
    'endpoints.own.concurrency',
    0,
    'endpoints.own.concurrency: must be a whole number of calls at once, 1 or more, not 0',
  ],
  ['endpoints.own.baseUrl', 'http://host', 'endpoints.own.baseUrl: has no use at a local endpoint'],
  ['endpoints.own.engine', 'attached', 'endpoints.own.baseUrl: is missing; set it to the address'],
  ['endpoints.own.engine', 'attached', 'models.chat-small.versions[0].weights: have no use where a server'],
  ['endpoints.own.engine', 'vllm', 'endpoints.own.engine: must be one of'],
  ['endpoints.vendor.engine', 'attached', 'endpoints.vendor.engine: belongs to local endpoints only'],
  [
    'endpoints.vendor.baseUrl',
    'host:80',
    'endpoints.vendor.baseUrl: must be an address that starts with http://',
  ],
  [
    'endpoints.vendor.apiKeyVariable',
    undefined,
    'endpoints.vendor.apiKeyVariable: is missing; name the environment variable',
  ],
  ['endpoints.bad name', { kind: 'local' }, 'endpoints.bad name: must be a name of 1 to 64'],
  ['models.chat-small.versions', [], 'models.chat-small.versions: must hold at least one version'],
  [`${small}.id`, undefined, 'models.chat-small.versions[0].id: is missing'],
  [
    `${small}.endpoint`,
    'nowhere',
    'models.chat-small.versions[0].endpoint: "nowhere" is not in the catalog; use one of own, vendor',
  ],
  [
    `${small}.contextWindow`,
    '4k',
    'models.chat-small.versions[0].contextWindow: must be a whole number of tokens, 1 or more, not "4k"',
  ],
  [
    `${small}.maxOutputTokens`,
    1000,
    'models.chat-small.versions[0].maxOutputTokens: is larger than the context window of 512',
  ],
  [
    `${small}.capabilities`,
    ['telepathy'],
    'models.chat-small.versions[0].capabilities[0]: must be one of json,',
  ],
  [
    `${small}.planning`,
    'hope',
    'models.chat-small.versions[0].planning: must be one of json-schema, numbered-lines',
  ],
  [`${small}.weights`, undefined, 'models.chat-small.versions[0].weights: are missing'],
  [
    `${small}.weights.uri`,
    'model.gguf',
    'models.chat-small.versions[0].weights.uri: must be file:/path.gguf',
  ],
  [`${small}.weights.uri`, 'https://host/m.gguf', 'models.chat-small.versions[0].weights.sha256: is missing'],
  [
    `${small}.price`,
    undefined,
    'models.chat-small.versions[0].price: a model on own hardware is in no price list',
  ],
  [
    `${small}.price.outputUsdPerMillionTokens`,
    -1,
    'models.chat-small.versions[0].price.outputUsdPerMillionTokens: must be',
  ],
  [
    `${large}.id`,
    'gpt-99-2031-01-01',
    'models.chat-large.versions[0].price: "gpt-99-2031-01-01" is not in the price list',
  ],
  [`${large}.id`, 'gpt-4.1', 'models.chat-large.versions[0].id: "gpt-4.1" has no date'],
  [
    `${large}.weights`,
    { uri: 'generated:1' },
    'models.chat-large.versions[0].weights: belong to local endpoints only',
  ],
  [
    'tasks.default.model',
    'chat-huge',
    'tasks.default.model: "chat-huge" is not in the catalog; use one of chat-small, chat-large',
  ],
  ['tasks.default.fallbacks', ['chat-huge'], 'tasks.default.fallbacks[0]: "chat-huge" is not in the catalog'],
  ['tasks.default.fallbacks', ['chat-large'], 'tasks.default.fallbacks[0]: "chat-large" stands twice'],
  [
    'tasks.default.targets.cost',
    'chat-huge',
    'tasks.default.targets.cost: "chat-huge" is not in the catalog',
  ],
  ['tasks.default.temperature', 3, 'tasks.default.temperature: must be a number from 0 to 2, not 3'],
  [
    'tasks.gardening',
    { model: 'chat-small', temperature: 0, maxOutputTokens: 1 },
    'tasks.gardening: is no task type',
  ],
  ['tasks', {}, 'tasks.chat: is missing; add it, or a task "default"'],
  ['models', undefined, 'models: is missing; set it to a mapping with model names'],
]

describe('parseCatalog', () => {
  it.each(wrong)('refuses %s = %j and names the place', (path, value, line) => {
    expect(problemsOf(smallCatalog({ [path]: value })).join('\n')).toContain(line)
  })

  it('lists all problems at once, each with its path', () => {
    const problems = problemsOf(
      smallCatalog({
        'endpoints.own.concurrency': -1,
        [`${large}.id`]: 'gpt-4.1',
        'tasks.default.model': 'x',
      }),
    )
    expect(problems.map((line) => line.split(':')[0])).toEqual([
      'endpoints.own.concurrency',
      'models.chat-large.versions[0].id',
      'tasks.default.model',
    ])
  })

  it('refuses two versions of the same name in one model', () => {
    const version = { id: 'gpt-4.1-2025-04-14', endpoint: 'vendor', contextWindow: 9, maxOutputTokens: 9 }
    const twice = [
      { ...version, planning: 'json-schema' },
      { ...version, planning: 'json-schema' },
    ]
    expect(problemsOf(smallCatalog({ 'models.chat-large.versions': twice }))).toEqual([
      'models.chat-large.versions[1].version: "gpt-4.1-2025-04-14" stands twice in this model; give one of them another name',
    ])
  })

  it('never repeats a key that was written in place of its variable', () => {
    const message = problemsOf(smallCatalog({ 'endpoints.vendor.apiKeyVariable': 'sk-secret' })).join('\n')
    expect(message).toContain('endpoints.vendor.apiKeyVariable: must be the name of an environment variable')
    expect(message).not.toContain('sk-secret')
  })

  it.each(['endpoints: [', 'endpoints: {}\nendpoints: {}\n'])('says where YAML is broken: %j', (text) => {
    expect(problemsOf(text).join('\n')).toMatch(/is no valid YAML: .*line \d/s)
  })

  it('reads a valid catalog, fills defaults in and serves every task type', () => {
    const text = smallCatalog()
    const catalog = parseCatalog(text, { sourceName: 'small' })
    expect(catalog.version).toBe(sha256Hex(text))
    expect(catalog.endpoints['vendor']).toMatchObject({ provider: 'vendor', concurrency: 16 })
    expect(catalog.endpoints['own']).toMatchObject({ concurrency: 1, queueTimeoutMs: 600_000 })
    expect(catalog.models['chat-large']?.versions[0]).toMatchObject({
      version: 'gpt-4.1-2025-04-14',
      providerModel: 'gpt-4.1-2025-04-14',
      capabilities: [],
    })
    expect(Object.keys(catalog.tasks).toSorted()).toEqual([...TASK_TYPES].toSorted())
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
