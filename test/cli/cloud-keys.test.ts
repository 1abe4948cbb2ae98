import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentOf, runCli } from './run-cli.ts'
import { type SimulatedServer, startSimulatedServer } from '../../providers/simulated/server.ts'
import { join } from 'node:path'
import { tmpdir } from 'node:os'

/** Two vendors, one for planning and putting together, one for the parts. */
const CATALOG = `
endpoints:
  openai: { kind: openai, apiKeyVariable: OPENAI_API_KEY }
  anthropic: { kind: anthropic, apiKeyVariable: ANTHROPIC_API_KEY }
models:
  gpt-mini:
    versions:
      - version: '2025-04-14'
        id: gpt-4.1-mini-2025-04-14
        endpoint: openai
        contextWindow: 1000000
        maxOutputTokens: 32768
        capabilities: [json, json-schema, tools, vision, streaming, seed, temperature]
        planning: json-schema
  claude-haiku:
    versions:
      - version: '20251001'
        id: claude-haiku-4-5-20251001
        endpoint: anthropic
        contextWindow: 200000
        maxOutputTokens: 64000
        capabilities: [json, json-schema, tools, vision, streaming]
        planning: json-schema
tasks:
  default: { model: gpt-mini, fallbacks: [claude-haiku], temperature: 0, maxOutputTokens: 500 }
  planning: { model: claude-haiku, fallbacks: [gpt-mini], temperature: 0, maxOutputTokens: 2000 }
`

let folder: string
let vendors: SimulatedServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-keys-'))
  vendors = await startSimulatedServer({ journalFile: join(folder, 'journal.jsonl'), seed: 1 })
  await writeFile(join(folder, 'catalog.yaml'), CATALOG)
})
afterAll(async () => {
  await vendors.close()
  await rm(folder, { recursive: true, force: true })
})

test(
  'with keys and base URLs the demo runs on the vendors, through their official libraries',
  { timeout: 120_000 },
  async () => {
    const run = await runCli(['demo', '--json', '--data-dir', join(folder, 'data')], {
      env: {
        SWITCHYARD_CATALOG: join(folder, 'catalog.yaml'),
        OPENAI_API_KEY: 'test-key',
        OPENAI_BASE_URL: `${vendors.url}/v1`,
        ANTHROPIC_API_KEY: 'test-key',
        ANTHROPIC_BASE_URL: vendors.url,
      },
    })
    expect(run).toMatchObject({ code: 0 })
    expect(documentOf(run)).toMatchObject({ phase: 'completed', planSource: 'model' })
    const calls = vendors.calls().map(({ surface, model }) => `${surface} ${model}`)
    expect(calls.toSorted()).toEqual([
      'anthropic claude-haiku-4-5-20251001',
      ...Array.from({ length: 5 }, () => 'openai gpt-4.1-mini-2025-04-14'),
    ])
    const attempts = vendors.calls().map(({ attemptId }) => attemptId)
    expect(new Set(attempts).size).toBe(6)
    for (const attemptId of attempts) expect(attemptId).toMatch(/^task\/default\/demo-/)
  },
)
