import { describe, expect, test } from 'vitest'
import { documentOf, runCli } from './run-cli.ts'
import { explainRoute } from '../../cli/explain-route.ts'
import { replayText } from '../../cli/render/decision-replay.ts'
import { routeTable } from '../../cli/render/route-explanation.ts'
import type { RouteExplanation } from '../../domain/routing/route-explanation.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const whole = testCatalog([
  { name: 'strong', version: { profile: { quality: { default: 0.9 }, latencyMs: 4000 } } },
  { name: 'unknown' },
  { name: 'blind', version: { profile: { quality: { default: 0.8 } }, contextWindow: 5 } },
  { name: 'far' },
])
const { far: _far, ...models } = whole.models
const tasks = { ...whole.tasks, chat: { ...whole.tasks.chat, fallbacks: ['blind', 'unknown'] } }
const local = {
  whole,
  here: {
    catalog: { ...whole, models, tasks },
    skipped: [{ endpoint: 'far', reason: 'needs a key: set FAR_KEY' }],
  },
}

describe('the table of a decision', () => {
  const table = routeTable(explainRoute(local, { prompt: 'Hello there, how are you?', dataClass: 'public' }))

  test('begins with what was understood and which rule orders the models', () => {
    expect(table).toContain('chat, simple · about 11 tokens in · public content')
    expect(table).toContain('Recognised by "Hello", with confidence 0.75.')
    expect(table).toContain('Order: the weighted score decides.')
  })

  test('shows each model with its figures and its reason', () => {
    const line = (model: string) => table.split('\n').find((text) => text.includes(` ${model} `)) ?? ''
    expect(line('strong')).toMatch(
      /^1 +strong +\$0\.0005\d* +4\.0 s +0\.90 +0\.\d{3} = [\d.]+ \+ [\d.]+ \+ 0\.360 +the task's default; score/,
    )
    expect(line('unknown')).toMatch(/^2 +unknown +\$0\.0005\d* +5\.0 s\? +0\.50\? +0\.\d{3} = .* a fallback/)
    expect(line('blind')).toMatch(/^✖ +blind .* needs about 211 tokens, its context window has 5$/)
  })

  test('says what is not available here and what to set', () => {
    expect(table).toContain('Not available here:\n  far: its endpoint far needs a key: set FAR_KEY')
  })

  test('says so when the rules are not sure what a prompt is about', () => {
    const vague = explainRoute(local, { prompt: 'The weather stayed as it had been for days. '.repeat(9) })
    expect(routeTable(vague)).toContain(
      'Recognised by nothing, with confidence 0.30: not sure, so better declare it.',
    )
  })

  test('has no rows when the model asked for is not available', () => {
    const gone = routeTable(explainRoute(local, { prompt: '', model: 'far', task: 'chat' }))
    expect(gone).toContain('Recognised: declared.')
    expect(gone).toContain('No model is left.')
    expect(gone).toContain('blind was not asked for')
  })

  test('follows the budget and the complexity that it is told', () => {
    const rule = (request: Partial<Parameters<typeof explainRoute>[1]>) =>
      explainRoute(local, { prompt: 'x', ...request }).decision.rule
    expect(rule({ complexity: 'complex' })).toBe('best')
    expect(rule({ complexity: 'complex', budgetLeftShare: 0.2 })).toBe('cheapest')
    expect(rule({ task: 'code' })).toBe('score')
  })
})

describe('the table of a running system', () => {
  const { absent: _absent, ...offline } = explainRoute(local, { prompt: 'Hello', budgetLeftShare: 0.25 })
  const { input } = offline
  const live: RouteExplanation = {
    ...offline,
    absent: [],
    input: { ...input, budget: { leftNanoUsd: 1_500_000_000, leftShare: 0.25 } },
  }

  test('says what is left of the budget', () => {
    expect(routeTable(live)).toContain('Left of the budget: $1.50, 25 %.')
    expect(routeTable(explainRoute(local, { prompt: 'Hello' }))).not.toContain('Left of the budget')
  })

  test('names the endpoints that are not available', () => {
    expect(routeTable(live)).toContain('Not available here:\n  endpoint far: needs a key: set FAR_KEY')
  })

  test('names the model that would be asked where the rules are unsure', () => {
    const vague = explainRoute(local, { prompt: 'The weather stayed as it had been for days. '.repeat(9) })
    expect(routeTable({ ...vague, asks: 'tiny' })).toContain('not sure, so tiny would be asked first.')
  })
})

describe('the text of a decision that is made again', () => {
  const title = { operationId: 'call/acme/1', acceptedAt: '2026-11-21T12:00:00.000Z' }

  test('shows what it was when it is the same', () => {
    const { input, decision } = explainRoute(local, { prompt: 'Hello' })
    const text = replayText({ ...title, isSame: true, differences: [], input, decision })
    expect(text).toContain(
      '✔ call/acme/1, accepted 2026-11-21T12:00:00.000Z: the same decision, bit for bit.',
    )
    expect(text).toContain('Order: the weighted score decides.')
    expect(text).toContain('  ✔ strong: ')
    expect(text).toContain('  ✖ blind: needs about')
  })

  test('lists what differs', () => {
    const differences = ['rule: stored "best", now "score"']
    expect(replayText({ ...title, isSame: false, differences })).toBe(
      `✖ call/acme/1, accepted 2026-11-21T12:00:00.000Z: the decision comes out different.\n  ${differences[0]}`,
    )
  })
})

test('the tenant of the catalog decides what it may use', () => {
  const here = {
    ...local.here,
    catalog: { ...local.here.catalog, tenants: { bank: { dataClass: 'internal' } } },
  } as const
  expect(explainRoute({ whole, here }, { prompt: 'x', tenant: 'bank' }).decision.candidates).toEqual([])
  expect(explainRoute({ whole, here }, { prompt: 'x' }).decision.candidates).toHaveLength(2)
})

test('the command explains the catalog of this machine without a running system', async () => {
  const run = await runCli(['route', 'explain', '-', '--offline', '--task', 'code', '--json'], {
    input: 'Reverse a list',
    env: { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: '' },
  })
  expect(run.code).toBe(0)
  expect(documentOf(run)).toMatchObject({
    input: { task: 'code', estimatedInputTokens: 8 },
    decision: { rule: 'score', candidates: [{ model: 'gpt' }, { model: 'gpt-mini' }, { model: 'smol' }] },
    absent: [{ model: 'claude-sonnet' }, { model: 'claude-haiku' }],
  })
})

test('the checklist names what the catalog of this machine lacks', async () => {
  const run = await runCli(['route', 'checklist'])
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('✔ pinned versions')
  expect(run.stdout).toContain('! rate limits     no limits stated for openai, anthropic')
  expect(run.stdout).toContain('? evaluation      no evaluation is known')
})
