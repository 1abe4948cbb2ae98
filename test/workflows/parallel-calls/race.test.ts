import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, PATIENT, type Rig, startRig } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.system.stop())

describe('a race', PATIENT, () => {
  test('gives the first good answer, and stops and settles the loser', async () => {
    const id = newId()
    const result = await rig.call(`a=hang; b=say fast; ${id}`, { kind: 'race' }, id)
    expect(result).toMatchObject({ operationId: id, model: 'b', answer: { content: { inline: 'fast' } } })
    const rows = await rig.rowsOf(id)
    expect(rows.map(({ model, status }) => [model, status])).toEqual([
      ['a', 'ambiguous'],
      ['b', 'completed'],
    ])
    expect(result.costNanoUsd).toBe(rows.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0))
    expect(result.attempts.map(({ attemptId }) => attemptId)).toEqual(rows.map(({ attemptId }) => attemptId))
    expect(result.legs).toMatchObject([
      { operationId: `${id}/leg-1`, model: 'a', status: 'cancelled' },
      { operationId: `${id}/leg-2`, model: 'b', status: 'answered', version: '2026-01-01' },
    ])
  })

  test('asks the models that it names, each leg its own', async () => {
    const result = await rig.call('a=say x; c=fail;', { kind: 'race', models: ['c', 'a'] })
    expect(result.legs?.map(({ model }) => model)).toEqual(['c', 'a'])
    expect(result.model).toBe('a')
  })

  test('asks the one model of the request as often as there are copies', async () => {
    const id = newId()
    const result = await rig.call('x', { kind: 'race', copies: 3 }, id, { model: 'b', seed: 7 })
    expect(result.legs?.map(({ model }) => model)).toEqual(['b', 'b', 'b'])
    const rows = await rig.rowsOf(id)
    expect(rows.map(({ model }) => model)).toEqual(['b', 'b', 'b'])
  })

  test('takes a refusal only when nothing better comes', async () => {
    const better = await rig.call('a=refuse; b=say yes;', { kind: 'race' })
    expect(better).toMatchObject({ model: 'b', answer: { finishReason: 'stop' } })
    const worst = await rig.call('a=refuse; b=fail;', { kind: 'race' })
    expect(worst).toMatchObject({ model: 'a', answer: { refusal: 'I would rather not' } })
  })

  test('for JSON is not won by a text that is none', async () => {
    const wantsJson = { responseFormat: { type: 'json' } }
    const result = await rig.call('a=say {broken; b=say {"ok": 1};', { kind: 'race' }, newId(), wantsJson)
    expect(result.model).toBe('b')
  })

  test('in which every leg fails lists every attempt', async () => {
    const id = newId()
    const refusal = await rig.refusalOf('a=fail; b=fail; c=fail;', { kind: 'race', copies: 3 }, id)
    expect(refusal).toMatchObject({
      operationId: id,
      kind: 'all-failed',
      attempts: ['a', 'b', 'c'].map((model) => ({ model, failure: { message: `${model} cannot do this` } })),
      legs: ['a', 'b', 'c'].map((model) => ({ model, status: 'failed' })),
    })
    expect(refusal.reason).toContain('all 3 legs failed')
  })

  test('that is cancelled settles all its legs', async () => {
    const id = newId()
    const prompt = `a=hang; b=hang; ${id}`
    const handle = await rig.start(prompt, { kind: 'race' }, id)
    await expect.poll(() => rig.asked('a', prompt) + rig.asked('b', prompt), { timeout: 30_000 }).toBe(2)
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled')
    const rows = await rig.rowsOf(id)
    expect(rows.map(({ status, failureKind }) => [status, failureKind])).toEqual([
      ['ambiguous', 'cancelled'],
      ['ambiguous', 'cancelled'],
    ])
  })

  test('ends at its deadline with a readable error, all legs settled', async () => {
    const id = newId()
    const refusal = await rig.refusalOf('a=hang; b=hang;', { kind: 'race' }, id, { deadlineMs: 1000 })
    expect(refusal).toMatchObject({
      kind: 'cancelled',
      legs: [{ status: 'cancelled' }, { status: 'cancelled' }],
    })
    expect(refusal.reason).toBe('no answer within the deadline of 1000 ms: the call was cancelled')
    expect((await rig.rowsOf(id)).filter(({ status }) => status === 'open')).toEqual([])
  })
})
