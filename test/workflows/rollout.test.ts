import { Context } from '@temporalio/activity'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { snapshotOf } from '../../domain/traffic/traffic-state.ts'
import { phaseReached, reportOf, send, stateOf } from './support/drive-rollout.ts'
import {
  counting,
  type FakeModel,
  HARMFUL,
  LITTLE,
  type RolloutRig,
  startRolloutRig,
} from './support/rollout-rig.ts'

/** Ends only when it is stopped. */
const loadingForEver: FakeModel['prepare'] = async () => {
  for (;;) {
    Context.current().heartbeat()
    // oxlint-disable-next-line no-await-in-loop -- throws when the activity is cancelled
    await Context.current().sleep(100)
  }
}

let rig: RolloutRig

beforeAll(async () => {
  rig = await startRolloutRig(inject('temporalAddress'))
})
afterAll(() => rig.stop())

describe('a rollout', { timeout: 90_000 }, () => {
  test('of a healthy version goes through its steps to 100 %, which makes it the stable one', async () => {
    const { name, fake } = rig.model()
    const handle = await rig.start({ model: name })
    const report = await reportOf(handle)
    expect(report).toMatchObject({ phase: 'completed', canaryPercent: 100, canaryVersion: 'v2', tries: 1 })
    const shares = fake.commands.flatMap((sent) => (sent.kind === 'set-shares' ? [sent.canaryPercent] : []))
    expect(shares).toEqual([5, 50, 100])
    expect(fake.traffic.stableVersion).toBe('v2')
    expect(fake.traffic.lease).toBeUndefined()
    expect(fake.released).toEqual(['v1'])
    expect(report.history[0]).toMatchObject({ by: 'ada' })
  })

  test('of a version that does harm goes back, and says by which guard', async () => {
    const { name, fake } = rig.model({ counts: counting(HARMFUL) })
    const report = await reportOf(await rig.start({ model: name }))
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'guard', canaryPercent: 0 })
    expect(report.reason).toContain('errors: evidence of harm')
    expect(snapshotOf(fake.traffic).arms).toEqual([{ version: 'v1', percent: 100 }])
    expect(fake.traffic.lease).toBeUndefined()
    expect(fake.traffic.versions).toContainEqual(
      expect.objectContaining({ version: 'v2', status: 'rolled-back' }),
    )
    expect(fake.released).toEqual(['v2'])
  })

  test('of a version that cannot be loaded ends before it gets a request', async () => {
    const { name, fake } = rig.model({
      prepare: () => Promise.resolve({ status: 'failed', reason: 'it does not fit into memory' }),
    })
    const report = await reportOf(await rig.start({ model: name }))
    expect(report).toMatchObject({ phase: 'failed', reason: 'it does not fit into memory' })
    expect(fake.commands.map(({ kind }) => kind)).toEqual(['take-lease', 'release-lease'])
    expect(fake.released).toEqual(['v2'])
  })

  test('goes back when its counts cannot be read', async () => {
    const { name } = rig.model({ counts: () => Promise.reject(new Error('the database is away')) })
    const handle = await rig.start({ model: name, missingReadingsLimit: 1 })
    const report = await reportOf(handle)
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'missing-data' })
    expect(report.reason).toContain('the database is away')
  })

  test('that loses its lease leaves the shares to whom they belong now', async () => {
    const { name, fake } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name, stepMs: 60_000 })
    await phaseReached(handle, 'observing')
    const { lease: _lost, ...free } = fake.traffic
    fake.traffic = free
    await send(handle, 'set-weight', { canaryPercent: 20 })
    const report = await reportOf(handle)
    expect(report).toMatchObject({ phase: 'failed' })
    expect(report.reason).toContain('the lease was lost')
    expect(fake.traffic.arms).toEqual(free.arms)
  })

  test('goes on over several runs, and makes no change twice', async () => {
    const { name, fake } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name, readingsPerRun: 2 })
    await phaseReached(handle, 'analysing')
    const { runId } = await handle.describe()
    await expect
      .poll(async () => (await rig.client.workflow.getHandle(handle.workflowId).describe()).runId)
      .not.toBe(runId)
    const first = fake.traffic.lease
    await send(rig.client.workflow.getHandle(handle.workflowId), 'promote-full')
    const report = await reportOf(handle)
    expect(report).toMatchObject({ phase: 'completed', canaryPercent: 100 })
    const changes = fake.commands.flatMap((sent) => (sent.kind === 'set-shares' ? [sent.change] : []))
    expect(changes).toEqual(changes.map((_, index) => index + 1))
    const holders = fake.commands.flatMap((sent) => ('runId' in sent ? [sent.runId] : []))
    expect(new Set(holders)).toEqual(new Set([first?.runId]))
  })

  test('that is cancelled goes back first', async () => {
    const { name, fake } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name })
    await phaseReached(handle, 'analysing')
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow()
    expect((await handle.describe()).status.name).toBe('CANCELLED')
    expect(fake.traffic.arms).toEqual([{ version: 'v1', percent: 100 }])
    expect(fake.traffic.lease).toBeUndefined()
  })

  test('is aborted while the version is still being loaded', async () => {
    const { name, fake } = rig.model({ prepare: loadingForEver })
    const handle = await rig.start({ model: name })
    await stateOf(handle)
    const aborting = send(handle, 'abort', { comment: 'wrong version' })
    expect((await aborting).stage).toMatchObject({ phase: 'aborted' })
    await expect.poll(() => fake.released, { timeout: 40_000 }).toEqual(['v2'])
    expect(await reportOf(handle)).toMatchObject({
      phase: 'aborted',
      reason: 'aborted by ada: wrong version',
    })
    expect(fake.traffic.lease).toBeUndefined()
  })

  test('can be searched for by its model, phase and share', async () => {
    const { name } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name })
    await phaseReached(handle, 'analysing')
    const query = `Model = "${name}" AND RolloutPhase = "analysing" AND CanaryPercent = 50`
    await expect.poll(async () => (await rig.client.workflow.count(query)).count).toBe(1)
    await send(handle, 'abort')
    await handle.result()
  })
})
