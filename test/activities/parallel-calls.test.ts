import { beforeEach, describe, expect, test } from 'vitest'
import type { BookedOperation, OperationBook } from '../../store/ledger/operation-book.ts'
import { createParallelCallActivities, type OpenParallelCall } from '../../activities/parallel-calls.ts'
import type { CallStrategy } from '../../domain/legs/strategy.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import type { OperationRecord } from '../../store/ledger/ledger.ts'
import { sha256Hex } from '../../payloads/content-store.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { textMessage } from '../../domain/message.ts'

const catalog = testCatalog([{ name: 'a' }, { name: 'b' }, { name: 'c' }])

let written: OperationRecord[]
let known: BookedOperation | undefined

const operations: OperationBook = {
  find: async () => known,
  open: async (operation) => {
    written.push(operation)
    return { ...operation, status: 'open', result: null }
  },
  end: async () => {},
}

const { openParallelCall } = createParallelCallActivities({
  operations,
  catalog,
  hash: sha256Hex,
})

beforeEach(() => {
  written = []
  known = undefined
})

function callOf(strategy: CallStrategy, request: Partial<ModelRequest> = {}): OpenParallelCall {
  const messages = [textMessage('user', { inline: 'hello' })]
  return { operationId: 'call/t/1', kind: 'call', tenant: 't', request: { messages, ...request }, strategy }
}

async function modelsOf(...args: Parameters<typeof callOf>): Promise<readonly string[] | string> {
  const outcome = await openParallelCall(callOf(...args))
  if (outcome.status === 'rejected') return outcome.reason
  return outcome.status === 'opened' ? outcome.models.map(({ model }) => model) : outcome.status
}

describe('the models of the legs', () => {
  test('are the best ones by routing, at most as many as there are', async () => {
    expect(await modelsOf({ kind: 'race' })).toEqual(['a', 'b'])
    expect(await modelsOf({ kind: 'hedge', copies: 9 })).toEqual(['a', 'b', 'c'])
  })

  test('are those that the caller names, in this order, also twice', async () => {
    expect(await modelsOf({ kind: 'race', models: ['c', 'a', 'c'] })).toEqual(['c', 'a', 'c'])
  })

  test('are all the one that the request names', async () => {
    expect(await modelsOf({ kind: 'consensus' }, { model: 'b' })).toEqual(['b', 'b', 'b'])
  })

  test('leave out those that cannot take the request', async () => {
    expect(await modelsOf({ kind: 'race', models: ['nobody', 'b'] })).toEqual(['b'])
  })

  test('must be enough to agree', async () => {
    expect(await modelsOf({ kind: 'consensus', copies: 5, agree: 4 })).toBe(
      '4 models must agree, and only a, b, c can take the request',
    )
    expect(await modelsOf({ kind: 'consensus', models: ['a', 'nobody'] })).toContain('nobody is not in')
  })

  test('of a request that nobody can take are none, with the reason for each', async () => {
    expect(await modelsOf({ kind: 'race' }, { model: 'nobody' })).toContain('nobody is not in the catalog')
    expect(written).toEqual([])
  })
})

describe('the operation above the legs', () => {
  test('is written with what led to the choice', async () => {
    await modelsOf({ kind: 'race', models: ['a', 'b'] })
    expect(written).toMatchObject([
      {
        operationId: 'call/t/1',
        kind: 'call',
        candidates: [{ model: 'a' }, { model: 'b' }],
        decision: { strategy: { kind: 'race' }, legs: [expect.anything(), expect.anything()] },
      },
    ])
  })

  test('keeps its models, whatever routing would say by now', async () => {
    await modelsOf({ kind: 'race' })
    const [operation] = written
    if (operation === undefined) throw new Error('nothing was written')
    known = { ...operation, candidates: operation.candidates.toReversed(), status: 'open', result: null }
    expect(await modelsOf({ kind: 'race' })).toEqual(['b', 'a'])
    known = { ...known, status: 'completed', result: 'the end' }
    expect(await openParallelCall(callOf({ kind: 'race' }))).toEqual({ status: 'ended', result: 'the end' })
    expect(await modelsOf({ kind: 'hedge' })).toBe('conflict')
    expect(written).toHaveLength(1)
  })
})
