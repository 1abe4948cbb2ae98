import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CliRun, documentOf, runCli } from './run-cli.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { join } from 'node:path'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

const FILE = `
id: greeting
kind: prompts
metric: feedback-good
variants:
  - name: plain
  - { name: warm, systemPrompt: Be warm. }
`

let system: Orchestration
let folder: string

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model: createScriptedProvider('model', () => 'an answer') },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  await writeFile(join(folder, 'greeting.yaml'), FILE)
  await writeFile(join(folder, 'wrong.yaml'), FILE.replace('feedback-good', 'beauty'))
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const server = ['--address', inject('temporalAddress'), '--namespace', system.namespace]
  return runCli([...args, ...server, '--data-dir', folder])
}

describe('experiments', { timeout: 120_000 }, () => {
  test('are started from a file, listed, shown, extended and stopped', async () => {
    expect((await cli('experiment', 'list')).stdout).toBe('No experiment was ever started.\n')
    const started = await cli('experiment', 'start', join(folder, 'greeting.yaml'), '--by', 'ada')
    expect(started).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('undecided: nobody has looked yet'),
    })
    expect((await cli('experiment', 'list')).stdout).toMatch(/^greeting +prompts +feedback-good +0 +running/m)
    const status = documentOf(await cli('experiment', 'status', 'greeting', '--json'))
    expect(status).toMatchObject({ isActive: true, state: { by: 'ada', definition: { id: 'greeting' } } })
    const extended = documentOf(await cli('experiment', 'extend', 'greeting', '--for', '7d', '--json'))
    expect(extended).toMatchObject({ extensions: 1 })
    const stopped = await cli('experiment', 'stop', 'greeting', '--by', 'bob')
    expect(stopped.stdout).toMatch(/Ended .*: it was stopped by bob\./)
  })

  test('are refused with a sentence', async () => {
    const wrong = await cli('experiment', 'start', join(folder, 'wrong.yaml'))
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('metric: must be one of answered-well'),
    })
    const unknown = await cli('experiment', 'status', 'nothing')
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no experiment nothing'),
    })
  })

  test('learn from feedback, which is given by request id', async () => {
    await cli('call', 'Hello', '--id', '42', '--tenant', 'acme')
    const given = await cli('feedback', '42', 'good', '--tenant', 'acme', '--score', '0.9')
    expect(given).toMatchObject({ code: 0, stdout: 'call/acme/42: good\n' })
    const unknown = await cli('feedback', '43', 'bad', '--tenant', 'acme')
    expect(unknown.stderr).toContain('there is no operation call/acme/43')
    expect((await cli('feedback', '42', 'fine')).code).toBe(2)
  })
})
