import { describe, expect, test } from 'vitest'
import { createPlanningActivities } from '../../activities/planning.ts'
import type { ContentStore } from '../../payloads/content-store.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const contents: ContentStore = {
  put: async (inline) => ({ inline }),
  get: async () => '',
  putBytes: async () => '',
  getBytes: async () => new Uint8Array(),
}
const catalog = {
  ...testCatalog([
    { name: 'cloud' },
    {
      name: 'house',
      endpoint: { kind: 'local' },
      version: { planning: 'numbered-lines', contextWindow: 2000 },
    },
  ]),
  tenants: { bank: { dataClass: 'confidential' } },
} as const

describe('the profile of a task', () => {
  const { loadTaskProfile } = createPlanningActivities({ catalog, contents })

  test('is that of the models that plan and synthesise by default', async () => {
    expect(await loadTaskProfile({})).toMatchObject({
      planner: 'cloud',
      planningStrategies: { cloud: 'json-schema', house: 'numbered-lines' },
      synthesisStrategy: 'json-schema',
    })
  })

  test('knows no model that may not take the content, by the task or by its tenant', async () => {
    const house = {
      planner: 'house',
      planningStrategies: { house: 'numbered-lines' },
      synthesisStrategy: 'numbered-lines',
    }
    expect(await loadTaskProfile({ dataClass: 'restricted' })).toMatchObject(house)
    expect(await loadTaskProfile({ tenant: 'bank' })).toMatchObject(house)
    expect(await loadTaskProfile({ tenant: 'bank', dataClass: 'public' })).toMatchObject({ planner: 'cloud' })
  })

  test('of a task that no model may take is empty', async () => {
    const profile = await loadTaskProfile({ model: 'cloud', dataClass: 'restricted' })
    expect(profile).toMatchObject({ planner: '', planningStrategies: {}, synthesisInputTokens: 0 })
  })

  test('looks at what is measured now', async () => {
    const live = createPlanningActivities({
      catalog,
      contents,
      facts: async ({ tenant, user }) =>
        tenant === 'acme' && user === 'ada' ? { endpoints: { cloud: { breaker: 'open' } } } : {},
    })
    expect(await live.loadTaskProfile({ tenant: 'acme', user: 'ada' })).toMatchObject({ planner: 'house' })
    expect(await live.loadTaskProfile({ tenant: 'acme' })).toMatchObject({ planner: 'cloud' })
  })
})
