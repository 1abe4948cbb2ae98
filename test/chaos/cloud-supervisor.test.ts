import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { createDatabase } from '../fixtures/postgres.ts'
import { findDisagreements } from './support/find-disagreements.ts'
import type { NodeProcess } from './support/child-process.ts'
import { startCrashRig, type CrashRig } from './support/crash-rig.ts'
import { workerPid } from './support/supervised-worker.ts'

const PROMPT = 'Take your time. [[sim latency=3000 tokens=5]]'

describe('the supervisor of a cloud worker', { timeout: 120_000 }, () => {
  it('leaves no worker behind when it is killed, and the worker lets its call end first', async () => {
    await using rig = await startRig()
    const { cloud, orchestrator } = await startWorkers(rig)
    const pid = workerPid(cloud)
    const call = rig.switchyard.call(PROMPT, { requestId: 'during' })
    await sleep(1_500)
    await cloud.end('SIGKILL')
    expect((await call).attempts).toHaveLength(1)
    await isGone(pid)
    await orchestrator.end('SIGTERM')
    expect(findDisagreements(await rig.simulated.journal(), await rig.readLedger())).toEqual([])
  })

  it('starts a worker after each crash, and takes the last one with it', async () => {
    await using rig = await startRig()
    const { cloud, orchestrator } = await startWorkers(rig)
    const pids = [workerPid(cloud)]
    for (const crash of [1, 2]) {
      process.kill(workerPid(cloud), 'SIGKILL')
      await cloud.hasSaid(`the next starts in ${(crash - 1) * 1_000} ms`)
      expect((await rig.switchyard.call('hello', { requestId: `after-${crash}` })).attempts).toHaveLength(1)
      pids.push(workerPid(cloud))
    }
    expect(new Set(pids).size).toBe(3)
    expect(await cloud.end('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const pid of pids) expect(isRunning(pid)).toBe(false)
    await orchestrator.end('SIGTERM')
  })

  it('drains once when a terminal interrupts it and its worker together', async () => {
    await using rig = await startRig()
    const { cloud, orchestrator } = await startWorkers(rig)
    const pid = workerPid(cloud)
    const call = rig.switchyard.call(PROMPT, { requestId: 'interrupted' })
    await sleep(1_500)
    process.kill(pid, 'SIGINT')
    expect(await cloud.end('SIGINT')).toEqual({ code: 0, signal: null })
    expect((await call).attempts).toHaveLength(1)
    expect(isRunning(pid)).toBe(false)
    await orchestrator.end('SIGTERM')
  })

  it('ends at once, and its worker with it, when it is told to twice', async () => {
    await using rig = await startRig()
    const { cloud, orchestrator } = await startWorkers(rig)
    const pid = workerPid(cloud)
    await rig.switchyard.startCall('Never answer. [[sim fault=hang]]', { requestId: 'hanging' })
    await sleep(1_500)
    process.kill(cloud.pid, 'SIGTERM')
    await cloud.hasSaid('the supervisor stops: draining')
    expect(await cloud.end('SIGTERM')).toEqual({ code: 130, signal: null })
    // Well before the grace time of a drain is over.
    await isGone(pid, 10_000)
    await orchestrator.end('SIGTERM')
  })
})

async function startRig(): Promise<CrashRig> {
  return startCrashRig({ databaseUrl: await createDatabase(inject('postgresUrl')) })
}

async function startWorkers(rig: CrashRig): Promise<Record<'cloud' | 'orchestrator', NodeProcess>> {
  const workers = { cloud: rig.startWorker('cloud'), orchestrator: rig.startWorker('orchestrator') }
  await workers.cloud.hasSaid('the worker process serves')
  await workers.orchestrator.hasSaid('the orchestrator polls')
  return workers
}

function isGone(pid: number, withinMs = 30_000): Promise<void> {
  return expect.poll(() => isRunning(pid), { timeout: withinMs, interval: 100 }).toBe(false)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
