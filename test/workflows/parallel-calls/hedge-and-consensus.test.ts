import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, newId, PATIENT, type Rig, startRig } from './rig.ts'
import { randomUUID } from 'node:crypto'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.system.stop())

describe('a hedge', PATIENT, () => {
  test('asks the second model only when the first takes too long', async () => {
    const prompt = `hedge ${randomUUID()}`
    const result = await rig.call(prompt, { kind: 'hedge', afterMs: 60_000 })
    expect(result).toMatchObject({ model: 'a', legs: [{ model: 'a', status: 'answered' }] })
    expect([rig.asked('a', prompt), rig.asked('b', prompt)]).toEqual([1, 0])
    const slow = await rig.call(`a=hang; ${prompt}`, { kind: 'hedge', afterMs: 200 })
    expect(slow).toMatchObject({ model: 'b', legs: [{ status: 'cancelled' }, { status: 'answered' }] })
  })

  test('asks the next model at once when one fails', async () => {
    const result = await rig.call('a=fail; b=fail;', { kind: 'hedge', afterMs: HOUR_MS, copies: 5 })
    expect(result).toMatchObject({ model: 'c', attempts: [{ status: 'failed' }, { status: 'failed' }, {}] })
  })
})

describe('a consensus', PATIENT, () => {
  test('is the answer that enough legs give, however they put it', async () => {
    const id = newId()
    const prompt = 'a=say Paris.; b=say London; c=say  paris;'
    const result = await rig.call(prompt, { kind: 'consensus', copies: 3, agree: 2 }, id)
    expect(result).toMatchObject({
      model: 'a',
      answer: { content: { inline: 'Paris.' } },
      attempts: [{}, {}, {}],
      legs: [{ agreed: true }, { model: 'b', agreed: false, excerpt: 'London' }, { agreed: true }],
    })
  })

  test('does not wait for a leg that cannot change it', async () => {
    const result = await rig.call('a=say 42; b=hang; c=say 42.;', { kind: 'consensus' })
    expect(result.legs).toMatchObject([{ agreed: true }, { status: 'cancelled' }, { agreed: true }])
  })

  test('compares long answers, which travel by reference', async () => {
    const same = await rig.call('a=long; b=long; c=fail;', { kind: 'consensus' })
    expect(same.answer.content).toHaveProperty('sha256')
    const refusal = await rig.refusalOf('a=long; b=long; c=long; differ', { kind: 'consensus' })
    expect(refusal.kind).toBe('no-consensus')
  })

  test('that nobody can reach any more is refused with what each leg said', async () => {
    const refusal = await rig.refusalOf('a=say one; b=say two; c=fail;', { kind: 'consensus' })
    expect(refusal).toMatchObject({
      kind: 'no-consensus',
      attempts: [{}, {}, {}],
      legs: [
        { model: 'a', excerpt: 'one' },
        { model: 'b', excerpt: 'two' },
        { model: 'c', status: 'failed' },
      ],
    })
    expect(refusal.reason).toContain('no 2 of 3 legs agree: a says "one"; b says "two"; c: ')
  })

  test('for which too few models are there is refused before any is asked', async () => {
    const id = newId()
    const refusal = await rig.refusalOf('x', { kind: 'consensus', models: ['a', 'nobody'], agree: 2 }, id)
    expect(refusal).toMatchObject({ kind: 'rejected', attempts: [] })
    expect(refusal.reason).toContain('2 models must agree, and only a can take the request')
    expect(refusal.reason).toContain('nobody is not in the catalog')
    expect(await rig.rowsOf(id)).toEqual([])
  })
})
