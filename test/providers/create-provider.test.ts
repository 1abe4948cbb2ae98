import { expect, test } from 'vitest'
import type { Endpoint } from '../../domain/catalog/model.ts'
import { createProvider } from '../../providers/create-provider.ts'

const ENDPOINT: Endpoint = {
  name: 'openai-main',
  provider: 'openai',
  kind: 'openai',
  apiKeyVariable: 'OPENAI_API_KEY',
  callTimeoutMs: 60_000,
  queueTimeoutMs: 60_000,
  concurrency: 8,
}

test.each(['openai', 'anthropic'] as const)(
  'an endpoint of kind %s becomes a provider of its name',
  (kind) => {
    expect(createProvider({ ...ENDPOINT, kind }, { apiKey: 'sk-1' }).name).toBe('openai-main')
  },
)

test('a host of one’s own needs no key', () => {
  const { apiKeyVariable: _variable, ...endpoint } = ENDPOINT
  expect(createProvider({ ...endpoint, baseUrl: 'http://127.0.0.1:11434/v1' }, {}).name).toBe('openai-main')
})

test('a simulated endpoint needs an address and no key', () => {
  const simulated = { ...ENDPOINT, kind: 'simulated' } as const
  expect(createProvider({ ...simulated, baseUrl: 'http://127.0.0.1:4010' }, {}).name).toBe('openai-main')
  expect(() => createProvider(simulated, {})).toThrow(/needs a baseUrl/)
})

test.each([
  ['a missing key', ENDPOINT, undefined, /openai-main.*set the environment variable OPENAI_API_KEY/],
  ['an empty key', ENDPOINT, '  ', /set the environment variable OPENAI_API_KEY/],
  ['a key with a line break inside', ENDPOINT, 'sk-1\nsk-2', /OPENAI_API_KEY holds spaces/],
  ['an address that is none', { ...ENDPOINT, baseUrl: 'localhost' }, 'sk-1', /"localhost" is not a URL/],
  ['a local endpoint', { ...ENDPOINT, kind: 'local' as const }, undefined, /GPU node/],
])('%s is a readable error', (_title, endpoint: Endpoint, apiKey, message) => {
  expect(() => createProvider(endpoint, { apiKey })).toThrow(message)
})

test('the vendor without a key variable in the catalog says to name one', () => {
  const { apiKeyVariable: _variable, ...endpoint } = ENDPOINT
  expect(() => createProvider(endpoint, {})).toThrow(/apiKeyVariable/)
})
