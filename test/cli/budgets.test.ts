import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CliRun, documentOf, runCli } from './run-cli.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { join } from 'node:path'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

let system: Orchestration
let folder: string

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model: createScriptedProvider('model', () => 'an answer') },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const place = [
    '--address',
    inject('temporalAddress'),
    '--namespace',
    system.namespace,
    '--data-dir',
    folder,
  ]
  return runCli([...args, ...place])
}

describe('budgets', () => {
  test('set, listed and removed', async () => {
    const owner = ['--tenant', 'acme', '--user', 'ada']
    const set = await cli(
      'budgets',
      'set',
      ...owner,
      '--day',
      '0.25',
      '--month',
      '5usd',
      '--when-spent',
      'wait',
    )
    expect(set.code).toBe(0)
    const list = await cli('budgets', 'list', '--tenant', 'acme')
    expect(list.stdout).toMatch(
      /^acme +ada +day \d{4}-\d\d-\d\d +\$0\.25 +\$0\.00 +\$0\.00 +\$0\.25 +wait +.* 00:00:00 UTC$/m,
    )
    expect(list.stdout).toMatch(/^acme +ada +month \d{4}-\d\d +\$5\.00 /m)
    const removed = await cli('budgets', 'remove', ...owner, '--day')
    expect(removed.stdout).toBe("the day's budget of user ada of tenant acme: removed\n")
    const left = documentOf(await cli('budgets', 'list', '--tenant', 'acme', '--json'))
    expect(left).toMatchObject({ budgets: [{ id: 'month/acme/ada', capNanoUsd: 5_000_000_000 }] })
  })

  test('that reject refuse a call with the reason and what to do', async () => {
    await cli('budgets', 'set', '--tenant', 'poor', '--day', '$0')
    const { code, stdout, stderr } = await cli('call', 'Hello', '--tenant', 'poor')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/needs \$0\.\d+ at most, but .* the day's budget of tenant poor/)
    expect(stderr).toContain('switchyard budgets list')
  })

  test('that ask let a call be made once a person approves it', async () => {
    await cli('budgets', 'set', '--tenant', 'asks', '--day', '0', '--when-spent', 'ask')
    const call = cli('call', 'Hello', '--tenant', 'asks', '--id', 'dear')
    const approve = () => cli('budgets', 'approve', 'dear', '--tenant', 'asks', '--by', 'ada')
    await expect
      .poll(async () => (await approve()).stdout, { timeout: 25_000 })
      .toMatch(/^budget\/call of dear: approved by ada at /)
    expect((await call).stdout).toBe('an answer\n')
    const { stdout } = await cli('budgets', 'list', '--tenant', 'asks')
    expect(stdout).toMatch(/^day\/asks: \$0\.\d+ more was spent than its cap\.$/m)
  })

  test('none set says so', async () => {
    expect((await cli('budgets', 'list', '--tenant', 'nobody')).stdout).toContain('No budget is set')
  })
})

describe('wrong usage of budgets exits with 2 and says what is wrong', () => {
  test.each<[string, readonly string[], string]>([
    ['no amount', ['set', '--tenant', 'acme'], 'Give --day, --month or both'],
    ['an amount that is none', ['set', '--day', 'much'], 'US dollars such as 5usd or 0.25'],
    ['an amount below zero', ['set', '--day', '-5'], 'US dollars'],
    ['an unknown policy', ['set', '--day', '5', '--when-spent', 'shrug'], 'Allowed choices'],
    ['a tenant that is none', ['set', '--day', '5', '--tenant', 'a/b'], 'tenant'],
    ['no window', ['remove', '--tenant', 'acme'], 'Give --day, --month or both'],
  ])('%s', async (_title, args, message) => {
    const { code, stdout, stderr } = await cli('budgets', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
