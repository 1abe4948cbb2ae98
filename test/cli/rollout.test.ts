import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CliRun, documentOf, runCli } from './run-cli.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { isRecord } from '../../domain/reading/composites.ts'
import { join } from 'node:path'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

/** A model with two versions. */
function catalog(): Catalog {
  const base = testCatalog([{ name: 'chat' }])
  const [first] = base.models['chat']?.versions ?? []
  if (first === undefined) throw new Error('no version')
  const versions = ['v1', 'v2'].map((version) => ({ ...first, version }))
  return { ...base, models: { chat: { name: 'chat', versions } } }
}

let system: Orchestration
let folder: string

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: catalog(),
    providers: { chat: createScriptedProvider('chat', () => 'an answer') },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const place = ['--address', inject('temporalAddress'), '--namespace', system.namespace]
  return runCli([...args, ...place, '--data-dir', folder])
}

async function planFile(text: string): Promise<string> {
  const path = join(folder, 'plan.yaml')
  await writeFile(path, text)
  return path
}

describe('a rollout from the command line', { timeout: 180_000 }, () => {
  test('is printed without being started', async () => {
    const run = await cli('rollout', 'start', 'chat', 'v2', '--start-percent', '2', '--dry-run')
    expect(run.stderr).toBe('')
    expect(run.stdout).toContain('canary of chat from v1 to v2')
    expect(run.stdout).toMatch(/^ +1 +2 % +2 % +5 min 00 s +time /m)
    expect(run.stdout).toContain('Guards: errors (2 × as often is too bad), refusals')
    const list = await cli('rollout', 'list')
    expect(list.stdout).toBe('Nothing was rolled out.\n')
  })

  test('with a wrong version or a wrong share is refused with a sentence', async () => {
    const version = await cli('rollout', 'start', 'chat', 'v9')
    expect(version.code).toBe(2)
    expect(version.stderr).toContain('chat has no version v9; it has v1, v2')
    const model = await cli('rollout', 'start', 'nobody', 'v2', '--dry-run')
    expect(model.stderr).toContain('there is no model nobody')
    const plan = await planFile('steps: [{ canaryPercent: 500 }]')
    const share = await cli('rollout', 'start', 'chat', 'v2', '--plan', plan)
    expect(share.stderr).toContain('steps.0.canaryPercent: must be a number of at least 0 and at most 100')
  })

  test('is started, looked at, driven, and stops a second one', async () => {
    const plan = await planFile('guards: [errors]\nsteps: [{ canaryPercent: 5 }, { canaryPercent: 20 }]')
    const start = await cli('rollout', 'start', 'chat', 'v2', '--plan', plan, '--step', '1h', '--by', 'ada')
    expect(start.stderr).toBe('')
    const [, rolloutId = ''] = /^Rollout (\S+) is under way/.exec(start.stdout) ?? []
    expect(rolloutId).toMatch(/^rollout\/chat\//)
    const second = await cli('rollout', 'start', 'chat', 'v2', '--plan', plan)
    expect(second.code).toBe(2)
    expect(second.stderr).toContain(`is being rolled out by ${rolloutId} to v2; one at a time`)

    const weight = await cli('rollout', 'set-weight', 'chat', '7', '--by', 'bob', '--comment', 'slowly')
    expect(weight.stderr).toBe('')
    const status = await cli('rollout', 'status', 'chat')
    expect(status.stdout).toMatch(/^chat: (shifting|observing) \(canary\)/)
    expect(status.stdout).toContain('v2 has 7 %, v1 has 93 %')
    expect(status.stdout).toContain(`switchyard rollout promote ${rolloutId}`)
    expect(status.stdout).toContain('bob: set-weight 7: slowly')

    const approve = await cli('rollout', 'approve', rolloutId)
    expect(approve.code).toBe(1)
    expect(approve.stderr).toContain('no gate is open')
    const watched = cli('rollout', 'status', rolloutId, '--watch')
    const aborted = documentOf(await cli('rollout', 'abort', 'chat', '--json'))
    expect(aborted).toMatchObject({ rolloutId, state: { stage: { phase: expect.any(String) } } })
    const end = await watched
    expect(end.stderr).toContain('rolling back to v1: aborted by')
    expect(end.stdout).toContain('chat: aborted')
    const list = documentOf(await cli('rollout', 'list', 'chat', '--json'))
    expect(isRecord(list) ? list['rollouts'] : undefined).toMatchObject([
      { rolloutId, model: 'chat', phase: 'aborted', canaryPercent: 0, isRunning: true },
    ])
  })

  test('is kept as a paused schedule that starts it by a click', async () => {
    const plan = await planFile('guards: [errors]')
    const trigger = ['rollout', 'trigger', 'chat', 'v2', '--plan', plan]
    expect((await cli(...trigger)).stdout).toContain('The schedule rollout-chat stands in the Temporal UI')
    expect((await cli(...trigger, '--start-percent', '3')).code).toBe(0)
    const schedule = system.client.schedule.getHandle('rollout-chat')
    const { action, state } = await schedule.describe()
    expect(state.paused).toBe(true)
    expect(action).toMatchObject({ workflowType: 'rollout', args: [{ version: 'v2', startPercent: 3 }] })
    await schedule.trigger()
    await expect
      .poll(async () => documentOf(await cli('rollout', 'list', 'chat', '--json')), {
        timeout: 60_000,
        interval: 2000,
      })
      .toMatchObject({
        rollouts: expect.arrayContaining([
          expect.objectContaining({ rolloutId: expect.stringMatching(/^rollout\/chat-/), model: 'chat' }),
        ]),
      })
    expect((await cli('rollout', 'abort', 'chat')).code).toBe(0)
    await schedule.delete()
  })
})
