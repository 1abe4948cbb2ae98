import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type CliRun, documentOf, runCli } from './run-cli.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { createAlertStore } from '../../store/alerts/alerts.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import { findingOf, look, options } from '../store/alert-records.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startWebhookReceiver, type WebhookReceiver } from '../fixtures/webhook-receiver.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

let receiver: WebhookReceiver
let system: Orchestration
let folder: string

beforeAll(async () => {
  receiver = await startWebhookReceiver()
  const webhooks = [
    { name: 'ops', url: receiver.url, secretVariable: 'OPS_SECRET' },
    { name: 'pager', urlVariable: 'PAGER_URL', secretVariable: 'PAGER_SECRET' },
  ]
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: { ...testCatalog([{ name: 'model' }]), alerts: { ...DEFAULT_ALERT_SETTINGS, webhooks } },
    providers: { model: createScriptedProvider('model', () => 'an answer') },
    alerts: { lookup: (name) => (name === 'OPS_SECRET' ? 'secret' : undefined) },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
})
afterAll(async () => {
  await system.stop()
  await receiver.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: readonly string[]): Promise<CliRun> {
  const server = ['--address', inject('temporalAddress'), '--namespace', system.namespace]
  return runCli(['alerts', ...args, ...server, '--data-dir', folder])
}

describe('switchyard alerts', { timeout: 120_000 }, () => {
  test('says that none is open, who is told, and which webhook lacks what', async () => {
    expect((await cli('list')).stdout).toBe(
      'No alert is open.\n\nTold: log, ops.\nWebhook pager needs an address: set PAGER_URL.\n',
    )
  })

  test('sends a test the way of every alert', async () => {
    const sent = await cli('test', '--by', 'ada')
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Sent to log, ops, pager\. See/) })
    await expect.poll(() => receiver.messages.length).toBe(1)
    expect(receiver.messages[0]?.body).toContain('a test by ada: nothing is wrong')
    const id = /show ([\w-]+)/.exec(sent.stdout)?.[1] ?? ''
    await expect
      .poll(async () => (await cli('show', id)).stdout, { timeout: 60_000 })
      .toMatch(/^test +ops +1 +\d{4}-/m)
  })

  test('lists, shows and acknowledges an alert by its fingerprint', async () => {
    await createAlertStore(system.database).apply(look(findingOf('gpu-1')), options(Date.now()))
    expect((await cli('list')).stdout).toMatch(/open +critical +model-health +gpu-1 +0\/2/)
    const acknowledged = await cli('ack', 'model-health/gpu-1', '--by', 'bob', '--comment', 'on it')
    expect(acknowledged.stdout).toBe('gpu-1: seen by bob\n')
    const shown = await cli('show', 'model-health/gpu-1')
    expect(shown.stdout).toMatch(/^critical: gpu-1 is out of routing$/m)
    expect(shown.stdout).toMatch(/^Seen by bob at .*: on it$/m)
    expect(documentOf(await cli('list', '--json'))).toMatchObject({
      alerts: [{ alert: { fingerprint: 'model-health/gpu-1', acknowledged: { by: 'bob' } } }],
    })
  })

  test('says so when there is no such alert', async () => {
    const missing = await cli('show', 'nothing')
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no alert nothing') })
  })
})
