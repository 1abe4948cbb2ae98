import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { changeTrafficUpdate } from '../../workflows/traffic-contract.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { documentOf, runCli, type CliRun } from './run-cli.ts'
import { modelTrafficStart } from '../../workers/traffic/entity.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import type { TrafficCommand } from '../../domain/traffic/traffic-command.ts'
import { trafficCatalog } from '../fixtures/traffic-catalog.ts'

const HOLDER = { holder: 'rollout-7', runId: 'run-1' } as const
const provider = createScriptedProvider('any', ({ providerModel }) => `from ${providerModel}`)

let system: Orchestration
let folder: string

beforeAll(async () => {
  const catalog = trafficCatalog(['chat', 'other'])
  const providers = { chat: provider, other: provider }
  system = await startOrchestration({ address: inject('temporalAddress'), catalog, providers })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  const entity = await system.client.workflow.start('modelTraffic', modelTrafficStart('chat'))
  const send = (command: TrafficCommand) => entity.executeUpdate(changeTrafficUpdate, { args: [command] })
  await send({ kind: 'take-lease', ...HOLDER, version: 'v2', ttlMs: 600_000 })
  await send({ kind: 'set-shares', ...HOLDER, change: 1, canaryPercent: 12.5, mirrorPercent: 0 })
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const address = inject('temporalAddress')
  const place = ['--address', address, '--namespace', system.namespace, '--data-dir', folder]
  return runCli([...args, ...place])
}

describe('on a running system', { timeout: 120_000 }, () => {
  test('models shows shares, status, epoch and lease as they are now', async () => {
    const { code, stdout } = await cli('models')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^chat +v1 .* 87\.5 % +active/m)
    expect(stdout).toMatch(/^chat +v2 .* 12\.5 % +active/m)
    expect(stdout).toMatch(/^other +v1 .* 100 % +active/m)
    expect(stdout).toMatch(/^other +v2 .* 0 % +standby/m)
    expect(stdout).toMatch(/^chat +1 +v1 +rollout-7 for v2, until /m)
    expect(documentOf(await cli('models', '--json'))).toMatchObject({
      traffic: [{ model: 'chat', snapshot: { epoch: 1 }, state: { lease: { holder: 'rollout-7' } } }],
    })
  })

  test('traffic shows what was decided, the newest first', async () => {
    const { code, stdout } = await cli('traffic', 'chat')
    expect(code).toBe(0)
    expect(stdout).toMatch(/rollout-7: v2 gets 12\.5 %\n.*rollout-7: took the lease for v2/)
    expect((await cli('traffic', 'other')).stdout).toContain('Nothing was ever rolled out for other')
  })

  test('traffic of a model that is not there says which there are', async () => {
    const { code, stdout, stderr } = await cli('traffic', 'nothing')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('there is no model nothing; the catalog has chat, other')
  })

  test('a call can name its version or its session', async () => {
    expect((await cli('call', 'Hi', '--model', 'chat', '--version-pin', 'v2')).stdout).toBe('from chat-v2\n')
    const [one, two] = [
      await cli('call', 'Hi', '--model', 'chat', '--session', 's', '--user', 'ada'),
      await cli('call', 'Hi', '--model', 'chat', '--session', 's', '--user', 'bob'),
    ]
    expect(one.stdout).toBe(two.stdout)
    const unknown = await cli('call', 'Hi', '--model', 'chat', '--version-pin', 'v9')
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('chat has no version v9; it has v1, v2')
    const alone = await cli('call', 'Hi', '--version-pin', 'v1')
    expect(alone.code).toBe(2)
    expect(alone.stderr).toContain('version: needs the model that it is a version of')
  })

  test('route explain says where a session would go', async () => {
    const run = await cli('route', 'explain', 'Hi', '--model', 'chat', '--session', 's', '--json')
    expect(documentOf(run)).toMatchObject({
      decision: { candidates: [{ traffic: { epoch: 1, key: 'session:default/s' } }] },
    })
  })
})
