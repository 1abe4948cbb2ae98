import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CallRefusedError,
  IdempotencyConflictError,
  InvalidRequestError,
  NotConnectedError,
} from '../../client/errors.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import { errorOf, HOUR_MS, startOneModel } from './one-model.ts'
import { MAX_CONTENT_BYTES } from '../../domain/content-ref.ts'
import { ProviderError } from '../../providers/provider-error.ts'

const model = createScriptedProvider('model', async (request) => {
  const text = lastText(request)
  if (text.includes('fail')) return new ProviderError('bad-request', 'cannot do this')
  if (text.includes('hang')) await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  return `heard ${text.length} characters`
})

let system: Orchestration
let switchyard: Switchyard
let stop: () => Promise<void>

beforeAll(async () => {
  const started = await startOneModel(model)
  ;({ switchyard, stop } = started)
  system = started.system
})
afterAll(() => stop())

describe('a call', () => {
  test('answers a prompt with text, usage and cost', async () => {
    const outcome = await switchyard.call('Hello')
    expect(outcome).toMatchObject({
      text: 'heard 5 characters',
      model: 'model',
      attempts: [{ status: 'completed' }],
    })
    expect(outcome.costNanoUsd).toBeGreaterThan(0)
    expect(outcome.workflowId).toBe(`call/default/${outcome.requestId}`)
  })

  test('takes a prompt that is far too long for a history', async () => {
    const prompt = 'word '.repeat(200_000)
    expect((await switchyard.call({ prompt, maxOutputTokens: 5 })).text).toBe(
      `heard ${prompt.length} characters`,
    )
  })

  test('is counted for its tenant', async () => {
    const { workflowId } = await switchyard.call('Hello', { tenant: 'acme', user: 'ada', feature: 'search' })
    expect(workflowId).toMatch(/^call\/acme\//)
  })

  test('asked again under its id is paid once and gives the same answer', async () => {
    const requestId = randomUUID()
    const prompt = `once ${requestId}`
    const first = await switchyard.call(prompt, { requestId })
    const second = await switchyard.call({ prompt }, { requestId })
    expect(second).toEqual(first)
    expect(model.requests.filter((request) => lastText(request) === prompt)).toHaveLength(1)
  })

  test('asked twice at the same time under one id is paid once', async () => {
    const requestId = randomUUID()
    const prompt = `together ${requestId}`
    const handles = await Promise.all([1, 2].map(() => switchyard.startCall(prompt, { requestId })))
    expect(handles.filter(({ isNew }) => isNew)).toHaveLength(1)
    const [first, second] = await Promise.all(handles.map((handle) => handle.result()))
    expect(second).toEqual(first)
    expect(model.requests.filter((request) => lastText(request) === prompt)).toHaveLength(1)
  })

  test('with another body under a used id is refused, and says what to do', async () => {
    const requestId = randomUUID()
    await switchyard.call('one', { requestId })
    const error = await errorOf(switchyard.call('two', { requestId }))
    expect(error).toBeInstanceOf(IdempotencyConflictError)
    expect(error).toMatchObject({ workflowId: `call/default/${requestId}` })
    expect(String(error)).toContain(requestId)
  })

  test('under an id that was used in the Temporal UI cannot be compared, and is refused', async () => {
    const requestId = randomUUID()
    await system.client.workflow.execute('modelCall', {
      taskQueue: 'orchestrator',
      workflowId: `call/default/${requestId}`,
      args: [{ prompt: 'one' }],
    })
    expect(String(await errorOf(switchyard.call('one', { requestId })))).toContain('by other means')
  })

  test('without an answer lists every attempt', async () => {
    const error = await errorOf(switchyard.call('fail'))
    if (!(error instanceof CallRefusedError)) throw new Error(`unexpected ${String(error)}`)
    expect(error.attempts).toMatchObject([{ model: 'model', failure: { kind: 'bad-request' } }])
    expect(error.message).toContain('cannot do this')
    expect(error.whatToDo).toContain('attempt')
  })

  test('can be cancelled', async () => {
    const handle = await switchyard.startCall('hang')
    await expect.poll(() => model.requests.some((request) => lastText(request) === 'hang')).toBe(true)
    await handle.cancel()
    expect(await errorOf(handle.result())).toMatchObject({
      name: 'CallRefusedError',
      refusal: { kind: 'cancelled' },
    })
  })

  test('ends at its deadline', async () => {
    const error = await errorOf(switchyard.call('hang on', { deadlineMs: 300 }))
    expect(error).toMatchObject({ name: 'CallRefusedError', refusal: { kind: 'cancelled' } })
    expect(String(error)).toContain('deadline')
  })

  test('that was terminated from outside says so', async () => {
    const handle = await switchyard.startCall('hang for good')
    await system.client.workflow.getHandle(handle.workflowId).terminate('by the test')
    expect(String(await errorOf(handle.result()))).toContain('terminated from outside')
  })

  test('over the size limit is refused before anything is sent', async () => {
    const error = await errorOf(switchyard.call('x'.repeat(MAX_CONTENT_BYTES + 1)))
    expect(error).toBeInstanceOf(InvalidRequestError)
  })
})

test('a server that is not there is named, with how to start one', async () => {
  const options = { address: '127.0.0.1:1', contents: system.contents }
  const error = await errorOf(createSwitchyard(options))
  expect(error).toBeInstanceOf(NotConnectedError)
  expect(String(error)).toContain('127.0.0.1:1')
  expect(error).toMatchObject({ whatToDo: expect.stringContaining('TEMPORAL_ADDRESS') })
})

test('the client sees whether an orchestrator polls', async () => {
  await switchyard.call('Hello')
  expect(await switchyard.orchestrators()).toBe(1)
})
