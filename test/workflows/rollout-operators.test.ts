import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { failureOf } from '../fixtures/failure-of.ts'
import { ROLLOUT_UPDATES } from '../../workflows/contract.ts'
import { phaseReached, reportOf, send, stateOf } from './support/drive-rollout.ts'
import { counting, HEALTHY, LITTLE, type RolloutRig, startRolloutRig } from './support/rollout-rig.ts'

let rig: RolloutRig

beforeAll(async () => {
  rig = await startRolloutRig(inject('temporalAddress'))
})
afterAll(() => rig.stop())

const GATED = [{ canaryPercent: 5, gate: { question: 'Seen the answers?' } }, { canaryPercent: 20 }]

describe('an operator', { timeout: 90_000 }, () => {
  test('pauses a rollout, resumes it, and it goes on to its end', async () => {
    const { name, fake } = rig.model()
    const handle = await rig.start({ model: name, stepMs: 2000 })
    await phaseReached(handle, 'observing')
    expect((await send(handle, 'pause')).stage.phase).toBe('paused')
    const paused = fake.traffic.epoch
    expect((await failureOf(send(handle, 'promote'))).message).toContain('resume it first')
    expect(fake.traffic.epoch).toBe(paused)
    await send(handle, 'resume')
    const report = await reportOf(handle)
    expect(report.phase).toBe('completed')
    expect(report.history).toContainEqual(expect.objectContaining({ by: 'ada', text: 'pause' }))
  })

  test('promotes a step, but to 100 % only with evidence or at their own risk', async () => {
    const { name } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name, stepMs: 60_000 })
    await phaseReached(handle, 'observing')
    await send(handle, 'promote')
    await expect.poll(async () => (await stateOf(handle)).canaryPercent).toBe(50)
    await phaseReached(handle, 'observing')
    const refused = await failureOf(send(handle, 'promote'))
    expect(refused.type).toBe('CommandRefused')
    expect(refused.message).toContain('the step to 100 % needs evidence')
    await send(handle, 'promote-full', { comment: 'measured elsewhere' })
    expect(await reportOf(handle)).toMatchObject({ phase: 'completed', canaryPercent: 100 })
  })

  test('sets another share, and aborts', async () => {
    const { name, fake } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name, stepMs: 60_000 })
    await phaseReached(handle, 'observing')
    await send(handle, 'set-weight', { canaryPercent: 33 })
    await expect.poll(() => fake.traffic.arms[0]).toEqual({ version: 'v2', percent: 33 })
    expect((await failureOf(send(handle, 'set-weight', { canaryPercent: 101 }))).message).toContain(
      'a share from 0 to 100, not 101',
    )
    await send(handle, 'abort', { comment: 'complaints' })
    expect(await reportOf(handle)).toMatchObject({
      phase: 'aborted',
      reason: 'aborted by ada: complaints',
    })
    expect(fake.traffic.arms).toEqual([{ version: 'v1', percent: 100 }])
  })

  test('approves a gate; a rejected one goes back', async () => {
    const [yes, no] = [rig.model(), rig.model()]
    const approved = await rig.start({ model: yes.name, steps: GATED })
    const rejected = await rig.start({ model: no.name, steps: GATED })
    await phaseReached(approved, 'gated')
    await send(approved, 'decide-gate', { decision: 'approve' })
    expect(await reportOf(approved)).toMatchObject({ phase: 'completed', canaryPercent: 20 })
    expect(yes.fake.traffic).toMatchObject({ stableVersion: 'v1', arms: [{ percent: 20 }, { percent: 80 }] })
    await phaseReached(rejected, 'gated')
    await send(rejected, 'decide-gate', { decision: 'reject' })
    expect(await reportOf(rejected)).toMatchObject({ phase: 'rolled-back', cause: 'gate' })
    expect(no.fake.traffic.arms).toEqual([{ version: 'v1', percent: 100 }])
  })

  test('is heard once for a request id, however often it is sent', async () => {
    const { name, fake } = rig.model({ counts: counting(LITTLE) })
    const handle = await rig.start({ model: name, stepMs: 60_000 })
    await phaseReached(handle, 'observing')
    const request = { canaryPercent: 40, requestId: randomUUID() }
    await send(handle, 'set-weight', request)
    await send(handle, 'set-weight', { canaryPercent: 20 })
    await send(handle, 'set-weight', request)
    await expect.poll(() => fake.traffic.arms[0]?.percent).toBe(20)
    const other = await failureOf(send(handle, 'abort', { requestId: request.requestId }))
    expect(other.message).toContain('was another command')
    await send(handle, 'abort')
    await handle.result()
  })

  test('begins a rollout that went back anew', async () => {
    const { name, fake } = rig.model({
      prepare: () => Promise.resolve({ status: 'failed', reason: 'no node is there' }),
    })
    const handle = await rig.start({ model: name, retryWithinMs: 60_000 })
    await phaseReached(handle, 'failed')
    fake.prepare = () => Promise.resolve({ status: 'ready' })
    await send(handle, 'retry')
    expect(await reportOf(handle)).toMatchObject({ phase: 'completed', tries: 2 })
    expect(fake.traffic.stableVersion).toBe('v2')
  })

  test('cannot retry what another rollout has overtaken', async () => {
    const { name, fake } = rig.model({
      prepare: () => Promise.resolve({ status: 'failed', reason: 'no node is there' }),
    })
    const handle = await rig.start({ model: name, retryWithinMs: 60_000 })
    await phaseReached(handle, 'failed')
    // It says that it failed before it gives its lease back.
    await expect.poll(() => fake.traffic.lease).toBeUndefined()
    fake.prepare = () => Promise.resolve({ status: 'ready' })
    await reportOf(await rig.start({ model: name, version: 'v3' }))
    await send(handle, 'retry')
    await expect
      .poll(async () => (await stateOf(handle)).stage)
      .toMatchObject({ phase: 'failed', reason: expect.stringContaining('v3 has become the stable version') })
    expect(fake.traffic.stableVersion).toBe('v3')
    expect(fake.traffic.lease).toBeUndefined()
  })

  test('reads in the details of the workflow what to send next', async () => {
    const { name } = rig.model({ counts: counting(HEALTHY) })
    const handle = await rig.start({ model: name, steps: GATED })
    await phaseReached(handle, 'gated')
    const { currentDetails, definition } = await handle.query<{
      readonly currentDetails: string
      readonly definition: { readonly updateDefinitions: readonly { name: string; description: string }[] }
    }>('__temporal_workflow_metadata')
    expect(currentDetails).toContain('Seen the answers?')
    expect(currentDetails).toContain('| `decide-gate` | `{"decision":"approve","by":"your name"}`')
    expect(currentDetails).toContain('| 1. 5 % | 5 %')
    expect(currentDetails).toMatch(/\| errors \| \d+ of \d+ \| \d+ of \d+ \|/)
    const described = definition.updateDefinitions.filter(({ name: update }) => update in ROLLOUT_UPDATES)
    expect(described).toHaveLength(9)
    for (const { description } of described) expect(description).toContain('{"by": "ada"')
    await send(handle, 'abort')
    await handle.result()
  })
})

describe('a rollout that cannot be', { timeout: 90_000 }, () => {
  async function refusalOf(input: Parameters<RolloutRig['start']>[0]): Promise<string> {
    const failure = await failureOf((await rig.start(input)).result())
    expect(failure.type).toBe('InvalidInput')
    return failure.message
  }

  test('of an unknown model or version is refused with a sentence', async () => {
    const { name } = rig.model()
    expect(await refusalOf({ model: 'nobody' })).toContain('there is no model nobody')
    expect(await refusalOf({ model: name, version: 'v9' })).toContain('has no version v9; it has v1, v2, v3')
    expect(await refusalOf({ model: name, version: 'v1' })).toContain('v1 is the stable version')
  })

  test('with a share over 100, or an unknown word, is refused with the place', async () => {
    const { name, fake } = rig.model()
    const steps = [{ canaryPercent: 5 }, { canaryPercent: 101 }]
    expect(await refusalOf({ model: name, steps })).toContain('steps.1.canaryPercent: must be a number')
    const misspelt = { model: name, percnt: 5 }
    expect(await refusalOf(misspelt)).toContain('percnt: is not known here')
    expect(await refusalOf({ model: name, steps: [{ canaryPercent: 50 }] })).toContain(
      'a canary begins with at most 5 %',
    )
    expect(fake.commands).toEqual([])
  })

  test('with an evaluation, or a guard that nobody feeds, is refused until there is one', async () => {
    const { name } = rig.model()
    const steps = [{ canaryPercent: 5, evaluation: { suite: 'smoke' } }, { canaryPercent: 20 }]
    expect(await refusalOf({ model: name, steps })).toContain('steps.0.evaluation: no evaluations can be run')
    expect(await refusalOf({ model: name, guards: ['errors', 'quality'] })).toContain(
      'guards.1: nobody judges',
    )
  })

  test('beside another one is refused, and the first goes on', async () => {
    const { name } = rig.model({ counts: counting(LITTLE) })
    const first = await rig.start({ model: name, stepMs: 60_000 })
    await phaseReached(first, 'observing')
    expect(await refusalOf({ model: name, version: 'v3' })).toContain(
      `is being rolled out by ${first.workflowId} to v2; one at a time`,
    )
    expect((await stateOf(first)).stage.phase).toBe('observing')
    await send(first, 'abort')
    expect((await reportOf(first)).phase).toBe('aborted')
  })

  test('is not promoted with nothing running', async () => {
    const { name } = rig.model({
      prepare: () => Promise.resolve({ status: 'failed', reason: 'no node is there' }),
    })
    const handle = await rig.start({ model: name, retryWithinMs: 60_000 })
    await phaseReached(handle, 'failed')
    const failure = await failureOf(send(handle, 'promote'))
    expect(failure.message).toBe('nothing is running: the rollout is failed, so it cannot promote')
    const nameless = await failureOf(handle.executeUpdate(ROLLOUT_UPDATES.promote, { args: [{ by: '' }] }))
    expect(nameless.message).toContain('by: must not be empty')
    await handle.terminate()
  })
})
