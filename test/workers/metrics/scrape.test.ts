import { describe, expect, inject, it } from 'vitest'
import { createDatabase } from '../../fixtures/postgres.ts'
import { documentedMetrics } from './documented-names.ts'
import { findFreePort } from '../../../workers/metrics/temporal-metrics.ts'
import { parseWorkerPid } from './worker-pid.ts'
import { startCrashRig } from '../../chaos/support/crash-rig.ts'
import { until } from '../../chaos/support/until.ts'

const PATIENCE = { timeoutMs: 90_000, intervalMs: 250 }

describe('GET /metrics of worker processes', { timeout: 240_000 }, () => {
  it('shows ours and Temporal’s, all of them documented, and goes on when the cloud worker dies', async () => {
    await using rig = await startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
    const [orchestratorPort, cloudPort] = [await findFreePort(), await findFreePort()]
    const orchestrator = rig.startWorker('orchestrator', {
      SWITCHYARD_HEALTH_PORT: String(orchestratorPort),
    })
    const cloud = rig.startWorker('cloud', { SWITCHYARD_HEALTH_PORT: String(cloudPort) })
    await rig.switchyard.call('Hello', { tenant: 'acme' })

    const books = await scrape(orchestratorPort)
    expect(books).toMatch(/^switchyard_requests_total\{model="sim-main",.*status="completed"\} 1$/m)
    expect(books).toMatch(/^switchyard_tenant_cost_usd_total\{tenant="acme",user=""\} [\d.e-]+$/m)
    expect(books).toMatch(/^switchyard_store_readable 1$/m)
    expect(books).toMatch(/^temporal_workflow_completed_total\{.*workflow_type="modelCall".*\} 1$/m)
    const calls = await scrape(cloudPort)
    expect(calls).toMatch(/^switchyard_time_to_first_token_seconds_count\{model="sim-main",.*\} 1$/m)
    expect(calls).toMatch(/^switchyard_worker_restarts 0$/m)
    expect(calls).toMatch(/^temporal_activity_execution_latency_seconds_count\{.*\} 1$/m)

    const documented = new Set(documentedMetrics().map(({ name }) => name))
    const exported = [...`${books}\n${calls}`.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
    expect(exported.filter((name) => !documented.has(name))).toEqual([])

    process.kill(parseWorkerPid(cloud.output()), 'SIGKILL')
    await until(
      'the next worker answers',
      async () => {
        const text = await scrape(cloudPort).catch(() => '')
        return /^switchyard_worker_restarts 1$/m.test(text) ? true : undefined
      },
      PATIENCE,
    )
    await Promise.all([orchestrator, cloud].map((worker) => worker.end('SIGTERM')))
  })
})

async function scrape(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain')
  return response.text()
}
