import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { documentOf, runCli, type CliRun } from './run-cli.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const FILE = `
schedules:
  health-check: { kind: healthCheck, every: 6h, catchup: 10s, input: { timeoutMs: 5000 } }
  nightly: { kind: modelUpdate, cron: '15 4 * * *', timezone: Europe/Berlin, catchup: 12h }
`

let system: Orchestration
let folder: string
let file: string

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'chat' }]),
    providers: { chat: createScriptedProvider('chat', () => 'ok') },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  file = join(folder, 'schedules.yaml')
  await writeFile(file, FILE)
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const address = inject('temporalAddress')
  const place = ['--address', address, '--namespace', system.namespace, '--data-dir', folder]
  return runCli(['schedules', ...args, ...place])
}

describe('switchyard schedules', { timeout: 180_000 }, () => {
  test('apply shows what it does, and the second time that there is nothing to do', async () => {
    const dry = await cli('apply', '--file', file, '--dry-run')
    expect(dry.stdout).toBe(
      '+ health-check: added\n+ nightly: added\n\n2 schedules would change. Nothing was done.\n',
    )
    expect((await cli('apply', '--file', file)).stdout).toContain('2 schedules changed.')
    const again = await cli('apply', '--file', file)
    expect(again).toMatchObject({
      code: 0,
      stdout: '  health-check: unchanged\n  nightly: unchanged\n\nNothing to change.\n',
    })
    await writeFile(file, FILE.replace('6h', '12h').replace(/ {2}nightly.*\n/, ''))
    const changed = await cli('apply', '--file', file)
    expect(changed.stdout).toBe(
      '~ health-check: changed\n    every: 6h -> 12h\n- nightly: removed\n\n2 schedules changed.\n',
    )
    expect(documentOf(await cli('apply', '--file', file, '--json'))).toEqual({
      changes: [{ name: 'health-check', action: 'unchanged' }],
      problems: [],
      dryRun: false,
    })
  })

  test('a wrong file is refused with every wrong place', async () => {
    const wrong = join(folder, 'wrong.yaml')
    await writeFile(wrong, 'schedules: { one: { kind: nothing, every: 1h }, two: { kind: healthCheck } }')
    const { code, stderr } = await cli('apply', '--file', wrong)
    expect(code).toBe(2)
    expect(stderr).toContain('schedules.one.kind')
    expect(stderr).toContain('schedules.two: must have either every or cron')
  })

  test('trigger runs one now, and list shows how it went and what it looks after', async () => {
    expect((await cli('trigger', 'health-check')).code).toBe(0)
    await expect
      .poll(async () => (await cli('list')).stdout, { timeout: 60_000, interval: 500 })
      .toMatch(/^health-check +healthCheck +every 12h +20\S+ \S+ UTC +20\S+ \S+ UTC +completed$/m)
    const { stdout } = await cli('list')
    expect(stdout).toMatch(/^Models under management$/m)
    expect(stdout).toMatch(/^chat 2026-01-01 +chat +healthy +100 % /m)
    expect(documentOf(await cli('list', '--json'))).toMatchObject({
      schedules: [{ name: 'health-check', status: 'completed', isPaused: false }],
      versions: [{ model: 'chat', status: 'healthy' }],
      remediations: [],
    })
  })

  test('pause and resume say who did it', async () => {
    expect((await cli('pause', 'health-check', '--by', 'ada', '--comment', 'moving a node')).stdout).toBe(
      'health-check is paused.\n',
    )
    expect((await cli('list')).stdout).toContain('paused (paused by ada: moving a node)')
    expect((await cli('resume', 'health-check', '--by', 'ada')).code).toBe(0)
    expect((await cli('list')).stdout).not.toContain('moving a node')
    const unknown = await cli('pause', 'nothing')
    expect(unknown).toMatchObject({ code: 1 })
    expect(unknown.stderr).toContain('there is no schedule maintenance/nothing')
  })

  test('once runs a kind now, or is listed as scheduled until its time', async () => {
    const now = documentOf(
      await cli('once', 'healthCheck', '--input', '{"dryRun": true}', '--id', 'now', '--json'),
    )
    expect(now).toEqual({ workflowId: 'maintenance/once/healthCheck/now' })
    const later = await cli('once', 'modelUpdate', '--at', '90m', '--id', 'later')
    expect(later.stdout).toMatch(/^maintenance\/once\/modelUpdate\/later runs at 20/)
    await expect
      .poll(async () => (await cli('list')).stdout, { timeout: 60_000, interval: 500 })
      .toMatch(/^maintenance\/once\/modelUpdate\/later +modelUpdate +20\S+ \S+ UTC +scheduled$/m)
    const wrong = await cli('once', 'healthCheck', '--input', '[1]')
    expect(wrong).toMatchObject({ code: 2 })
    expect((await cli('once', 'healthCheck', '--at', '2020-01-01T00:00:00Z')).code).toBe(2)
  })
})
