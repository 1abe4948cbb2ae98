import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { failureOf } from '../fixtures/failure-of.ts'
import { attempts as attemptsTable } from '../../store/schema.ts'
import type { CallResult } from '../../domain/call-result.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const HOUR_MS = 3_600_000

/** Answers as the prompt asks for. */
const first = createScriptedProvider('first', async (request) => {
  const text = lastText(request)
  if (text.includes('fail:bad-request')) return new ProviderError('bad-request', 'not like this')
  if (text.includes('fail:timeout')) return new ProviderError('timeout-after-send', 'no answer in time')
  if (text.includes('hang')) await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  if (text.includes('fail:once') && calls(text) === 1) {
    return new ProviderError('rate-limited', 'slow down', { retryAfterMs: 50, status: 429 })
  }
  return `first says: ${text.slice(0, 40)}`
})
const second = createScriptedProvider('second', (request) =>
  lastText(request).includes('both') ? new ProviderError('overloaded', 'busy') : 'second says hello',
)

function calls(text: string): number {
  return first.requests.filter((request) => lastText(request) === text).length
}

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'first' }, { name: 'second' }]),
    providers: { first, second },
  })
})
afterAll(() => system.stop())

function start(input: unknown, workflowId = `call/test/${randomUUID()}`) {
  return system.client.workflow.start('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId,
    args: [input],
  })
}

async function call(input: unknown, workflowId?: string): Promise<CallResult> {
  const result: CallResult = await (await start(input, workflowId)).result()
  return result
}

async function rowsOf(workflowId: string) {
  const rows = await system.database.queries.select().from(attemptsTable)
  return rows.filter((row) => row.operationId === workflowId)
}

describe('a durable model call', () => {
  test('answers, and books its one attempt at the price of its usage', async () => {
    const id = `call/test/${randomUUID()}`
    const result = await call({ prompt: 'hello' }, id)
    expect(result.answer.content).toEqual({ inline: 'first says: hello' })
    // 10 input tokens at 1000 nano-dollars, 5 output tokens at 5000.
    expect(result.costNanoUsd).toBe(35_000)
    const rows = await rowsOf(id)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'completed', costNanoUsd: 35_000, number: 1 })
  })

  test('goes on to the next candidate and keeps the failed attempt', async () => {
    const result = await call({ prompt: 'fail:bad-request' })
    expect(result.model).toBe('second')
    expect(result.attempts.map(({ model, status }) => [model, status])).toEqual([
      ['first', 'failed'],
      ['second', 'completed'],
    ])
  })

  test('waits as long as the provider asks, then tries the same candidate again', async () => {
    const prompt = `fail:once ${randomUUID()}`
    const result = await call({ prompt })
    expect(result.model).toBe('first')
    expect(result.attempts).toHaveLength(2)
    expect(calls(prompt)).toBe(2)
  })

  test('books an attempt of unknown outcome at its reservation, as ambiguous', async () => {
    const id = `call/test/${randomUUID()}`
    const result = await call({ prompt: 'fail:timeout' }, id)
    const lost = (await rowsOf(id)).find(({ number }) => number === 1)
    expect(lost).toMatchObject({ status: 'ambiguous', failureKind: 'timeout-after-send' })
    expect(lost?.costNanoUsd).toBe(lost?.reservedNanoUsd)
    expect(result.attempts[0]?.costNanoUsd).toBe(lost?.reservedNanoUsd)
  })

  test('lists every attempt when all fail', async () => {
    const failure = await failureOf(call({ prompt: 'fail:bad-request on both' }))
    expect(failure.type).toBe('CallRefused')
    const refusal: unknown = failure.details?.[0]
    expect(refusal).toMatchObject({
      kind: 'all-failed',
      attempts: ['first', 'second', 'second', 'second'].map((model) => ({ model })),
    })
  })

  test('gives the stored answer when a finished request comes again', async () => {
    const id = `call/test/${randomUUID()}`
    const before = await call({ prompt: 'again' }, id)
    const after = await call({ prompt: 'again' }, id)
    expect(after).toEqual(before)
    expect(calls('again')).toBe(1)
  })

  test('refuses another request under the same id', async () => {
    const id = `call/test/${randomUUID()}`
    await call({ prompt: 'one' }, id)
    const failure = await failureOf(call({ prompt: 'two' }, id))
    expect(failure.message).toContain('used before with another request')
  })

  test('stops the upstream call when it is cancelled, and settles it', async () => {
    const id = `call/test/${randomUUID()}`
    const handle = await start({ prompt: `hang ${id}` }, id)
    await expect.poll(() => calls(`hang ${id}`)).toBe(1)
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled')
    expect(await rowsOf(id)).toMatchObject([{ status: 'ambiguous', failureKind: 'cancelled' }])
  })

  test('ends at its deadline with a readable error', async () => {
    const failure = await failureOf(call({ prompt: 'hang', deadlineMs: 300 }))
    expect(failure.message).toBe('no answer within the deadline of 300 ms: the call was cancelled')
  })

  test('refuses wrong input at once and says where it is wrong', async () => {
    const failure = await failureOf(call({ promt: 'typo', temperature: 9 }))
    expect(failure.type).toBe('InvalidInput')
    expect(failure.message).toContain('prompt')
    expect(failure.message).toContain('temperature')
    expect(failure.message).toContain('A valid one: {"prompt"')
  })

  test('says which models cannot take a request, without calling any', async () => {
    const failure = await failureOf(call({ prompt: 'x', model: 'no-such-model' }))
    expect(failure.message).toContain('no-such-model is not in the catalog')
  })

  test('keeps long prompts and answers out of the history', async () => {
    const long = 'a long story. '.repeat(100_000)
    const handle = await start({ prompt: await system.contents.put(long) })
    await handle.result()
    expect(calls(long)).toBe(1)
    const info = (await handle.describe()).raw.workflowExecutionInfo
    expect(Number(info?.historySizeBytes)).toBeLessThan(20_000)
  })
})
