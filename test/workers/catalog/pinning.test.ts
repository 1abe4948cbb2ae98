import { describe, expect, it } from 'vitest'
import { explainAlias } from '../../../workers/catalog/pinning.ts'

describe('explainAlias', () => {
  it.each([
    'gpt-4.1-2025-04-14',
    'claude-haiku-4-5-20251001',
    'gpt-4-0613',
    'gpt-4o-search-preview-2025-03-11',
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
  ])('takes the dated id %s', (id) => {
    expect(explainAlias(id, 'openai', undefined)).toBeUndefined()
  })

  it.each(['gpt-4.1', 'gpt-4.5-preview', 'claude-sonnet-4-5', 'gpt-5', 'llama-3.3-70b'])(
    'refuses %s unless it is declared pinned',
    (id) => {
      expect(explainAlias(id, 'openai', undefined)).toMatch(/has no date.*"pinned: true"/)
      expect(explainAlias(id, 'anthropic', false)).toMatch(/has no date/)
      expect(explainAlias(id, 'openai', true)).toBeUndefined()
    },
  )

  it.each(['gpt-5-chat-latest', 'claude-3-5-haiku-latest', 'mistral:latest', 'latest'])(
    'refuses %s always',
    (id) => {
      expect(explainAlias(id, 'openai', true)).toMatch(/is an alias/)
      expect(explainAlias(id, 'local', undefined)).toMatch(/is an alias/)
    },
  )

  it('takes undated names of own weights, which their hash pins', () => {
    expect(explainAlias('smollm2-135m-instruct', 'local', undefined)).toBeUndefined()
  })
})
