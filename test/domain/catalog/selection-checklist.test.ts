import { describe, expect, it } from 'vitest'
import {
  type ChecklistItem,
  type SelectionFacts,
  selectionChecklist,
} from '../../../domain/catalog/selection-checklist.ts'
import type { Catalog } from '../../../domain/catalog/model.ts'
import { byTaskType, TASK_TYPES } from '../../../domain/model-request.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const careful: Catalog = {
  ...testCatalog([
    { name: 'a', endpoint: { deployment: 'cloud-api' } },
    { name: 'b', endpoint: { deployment: 'private-cloud', quotaPool: 'a' } },
    { name: 'c', endpoint: { kind: 'local' } },
  ]),
  quotaPools: { a: { requestsPerMinute: 60 } },
}

function look(name: string, catalog: Catalog, facts?: SelectionFacts): ChecklistItem | undefined {
  return selectionChecklist(catalog, facts).find((item) => item.name === name)
}

function casesOf(cases: number): SelectionFacts {
  return { evaluatedCases: byTaskType(() => ({ a: cases, b: 20, c: 99 })) }
}

describe('the checklist of a careful choice', () => {
  it('is met by a catalog that states everything, evaluated and watched', () => {
    const items = selectionChecklist(careful, { ...casesOf(20), hasCostAlert: true })
    expect(items.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'pinned versions: met',
      'fallbacks: met',
      'rate limits: met',
      'data residency: met',
      'evaluation: met',
      'cost alert: met',
    ])
  })

  it('wants a second endpoint for every task', () => {
    const single = { model: 'a', fallbacks: [], temperature: 0, maxOutputTokens: 9 }
    const catalog = {
      ...careful,
      tasks: { ...careful.tasks, code: single, chat: { ...single, fallbacks: ['gone'] } },
    }
    expect(look('fallbacks', catalog)).toMatchObject({
      state: 'open',
      detail: 'no second endpoint for chat, code',
    })
  })

  it('wants limits and places of what is not in the house', () => {
    const bare = testCatalog([{ name: 'a' }, { name: 'b' }, { name: 'c', endpoint: { kind: 'local' } }])
    expect(look('rate limits', bare)).toMatchObject({ state: 'open', detail: 'no limits stated for a, b' })
    expect(look('data residency', bare)).toMatchObject({
      state: 'open',
      detail: 'no deployment stated for a, b',
    })
  })

  it('wants three models with twenty cases for every task', () => {
    expect(look('evaluation', careful, casesOf(19))).toMatchObject({
      state: 'open',
      detail: `fewer than 3 models with 20 cases each for ${TASK_TYPES.join(', ')}`,
    })
    expect(look('evaluation', careful, { evaluatedCases: {} })).toMatchObject({ state: 'open' })
  })

  it('wants somebody to be told of the cost', () => {
    expect(look('cost alert', careful, { hasCostAlert: false })).toMatchObject({ state: 'open' })
  })

  it('says what it does not know', () => {
    const unknown = selectionChecklist(careful).filter(({ state }) => state === 'unknown')
    expect(unknown.map(({ name }) => name)).toEqual(['evaluation', 'cost alert'])
  })
})
