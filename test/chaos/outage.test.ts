import { describe, expect, it } from 'vitest'
import { createSwitchyard } from '../../client/switchyard.ts'
import { makeRequest } from './storm/make-request.ts'
import { planShortRequest } from './storm/plan-request.ts'
import { randomInt } from 'node:crypto'
import { runOutage } from './storm/run-outage.ts'
import { startStormProcesses } from './storm/storm-processes.ts'
import { STORM_PROVIDERS } from './storm/storm-catalog.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))

describe('providers that are down for good', { timeout: 180_000 }, () => {
  // `npm run chaos -- outage` asks 2,000.
  it('one of three: at least 999 of 1,000 requests are answered', async () => {
    console.log(`CHAOS_SEED=${seed}`)
    const report = await runOutage({ seed, store: 'pglite', requests: 300, onProgress: () => {} })
    expect(report.mismatches).toEqual([])
    expect(report.answered).toBe(300)
  })

  it('all three: the error lists every attempt', async () => {
    await using processes = await startStormProcesses({
      seed,
      store: 'pglite',
      callTimeoutMs: 10_000,
      concurrency: 4,
    })
    for (const name of STORM_PROVIDERS) {
      // oxlint-disable-next-line no-await-in-loop
      await processes.providers[name].process.end('SIGKILL')
    }
    const { address, contentDir } = processes
    const switchyard = await createSwitchyard({ address, namespace: 'default', contentDir })
    const planned = { ...planShortRequest(seed, 0), task: 'chat' } as const
    const end = await makeRequest(switchyard, planned, AbortSignal.timeout(150_000))
    await switchyard.close()
    expect(end).toMatchObject({
      kind: 'refused',
      costNanoUsd: 0,
      attempts: ['north', 'north', 'south', 'south', 'west', 'west'].map((endpoint) => ({
        endpoint,
        status: 'failed',
        failure: { kind: 'unavailable' },
      })),
    })
    for (const name of STORM_PROVIDERS) expect(end.text.split(`model-${name}`)).toHaveLength(3)
  })
})
