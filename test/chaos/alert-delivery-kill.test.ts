import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { NodeProcess } from './support/child-process.ts'
import { crashCatalog } from './support/crash-catalog.ts'
import { createDatabase } from '../fixtures/postgres.ts'
import { startCrashRig } from './support/crash-rig.ts'
import { startWebhookReceiver } from '../fixtures/webhook-receiver.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { until } from './support/until.ts'
import { verifyWebhook } from '../../client/alerts.ts'

const SECRET = 'shared with the receiver'
const PATIENCE = { timeoutMs: 90_000, intervalMs: 200 }

async function writeCatalog(webhookUrl: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-alerts-'))
  const path = join(folder, 'catalog.yaml')
  const catalog: object = parse(crashCatalog('http://127.0.0.1:9'))
  const alerts = { webhooks: { ops: { url: webhookUrl, secretVariable: 'OPS_SECRET' } } }
  await writeFile(path, stringify({ ...catalog, alerts }))
  return path
}

describe(
  'SIGKILL of the orchestrator between sending an alert and recording it',
  { timeout: 240_000 },
  () => {
    it('shows the webhook the same event twice, under the same id, and never not at all', async () => {
      const victim = Promise.withResolvers<NodeProcess>()
      await using stack = new AsyncDisposableStack()
      const receiver = await startWebhookReceiver({
        answer: async (_message, count) => {
          // It has the message, and the worker never hears of it.
          if (count === 1) await (await victim.promise).end('SIGKILL')
          return 200
        },
      })
      stack.defer(() => receiver.stop())
      const catalogPath = await writeCatalog(receiver.url)
      stack.defer(() => rm(join(catalogPath, '..'), { recursive: true, force: true }))
      const rig = stack.use(
        await startCrashRig({
          databaseUrl: await createDatabase(inject('postgresUrl')),
          variables: { SWITCHYARD_CATALOG: catalogPath, OPS_SECRET: SECRET },
        }),
      )
      const worker = rig.startWorker('orchestrator')
      victim.resolve(worker)
      await worker.hasSaid('the orchestrator polls')

      // A budget of nothing is spent at once.
      await rig.switchyard.setBudget({ tenant: 'acme', window: 'day', capNanoUsd: 0 })
      await rig.client.workflow.start('checkAlerts', {
        taskQueue: TASK_QUEUES.orchestrator,
        workflowId: 'alerts/killed',
        args: [{}],
      })
      expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' })
      expect(receiver.messages).toHaveLength(1)

      const next = rig.startWorker('orchestrator')
      await next.hasSaid('the orchestrator polls')
      const delivered = await until(
        'the alert is recorded as delivered',
        async () => {
          const { alerts } = await rig.switchyard.listAlerts()
          return alerts
            .find(({ alert }) => alert.rule === 'budget')
            ?.deliveries.find(
              ({ receiver: name, deliveredAtMs }) => name === 'ops' && deliveredAtMs !== undefined,
            )
        },
        PATIENCE,
      )
      const ids = receiver.messages.map(({ headers }) => headers['webhook-id'])
      expect(ids).toEqual([delivered.eventId, delivered.eventId])
      for (const { headers, body } of receiver.messages)
        expect(verifyWebhook({ headers, body, secret: SECRET })).toBe(true)
      expect(await next.end('SIGTERM')).toEqual({ code: 0, signal: null })
    })
  },
)
