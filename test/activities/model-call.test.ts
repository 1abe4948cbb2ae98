import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/activity'
import { ActivityCancellationDetails } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { CALL_FAILURE_TYPE } from '../../domain/attempts/call-failure.ts'
import {
  type CallModelInput,
  type CallModelOutput,
  createModelCallActivities,
} from '../../activities/model-call.ts'
import { type ContentStore, createFolderContentStore } from '../../payloads/content-store.ts'
import { createScriptedProvider, lastText, type ScriptedReply } from '../fixtures/scripted-provider.ts'
import type { Content } from '../../domain/content-ref.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { simpleUsage } from '../../domain/usage.ts'
import { textMessage } from '../../domain/message.ts'

const folder = mkdtempSync(join(tmpdir(), 'switchyard-activity-'))
const contents = createFolderContentStore(folder)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function input(prompt: Content, endpoint = 'here'): CallModelInput {
  return {
    attemptId: 'a/1',
    endpoint,
    providerModel: 'm-1',
    request: { messages: [textMessage('user', prompt)], task: 'chat', model: 'm', temperature: 1.5 },
    maxOutputTokens: 10,
    temperature: 0.5,
    timeoutMs: 1000,
  }
}

function activity(reply: ScriptedReply | Promise<never>, store: ContentStore = contents) {
  const provider = createScriptedProvider('here', () => reply)
  const { callModel } = createModelCallActivities({
    providerFor: (endpoint) => (endpoint === 'here' ? provider : undefined),
    contents: store,
  })
  const environment = new MockActivityEnvironment()
  return {
    provider,
    environment,
    run: (call: CallModelInput): Promise<CallModelOutput> => environment.run(callModel, call),
  }
}

async function detailsOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ApplicationFailure))
    throw new Error(`expected an application failure, got ${String(error)}`)
  expect(error).toMatchObject({ type: CALL_FAILURE_TYPE, nonRetryable: true })
  return error.details?.[0]
}

describe('one upstream call', () => {
  test('gets its prompt by reference and sends the settings that were admitted', async () => {
    const prompt = 'long '.repeat(1000)
    const { provider, run } = activity('fine')
    const { answer } = await run(input(await contents.put(prompt)))
    expect(answer.content).toEqual({ inline: 'fine' })
    expect(provider.requests.map(lastText)).toEqual([prompt])
    expect(provider.requests[0]).toMatchObject({ temperature: 0.5, maxOutputTokens: 10, attemptId: 'a/1' })
  })

  test('returns a long answer by reference', async () => {
    const { run } = activity('long '.repeat(1000))
    const { answer } = await run(input({ inline: 'go' }))
    expect(await contents.get(answer.content)).toBe('long '.repeat(1000))
    expect(answer.content).toMatchObject({ bytes: 5000 })
  })

  test('that the provider refuses carries the kind, the wait and the usage', async () => {
    const error = new ProviderError('rate-limited', 'slow down', {
      retryAfterMs: 2000,
      usage: simpleUsage(3, 0),
    })
    expect(await detailsOf(activity(error).run(input({ inline: 'go' })))).toEqual({
      failure: { kind: 'rate-limited', message: 'slow down', retryAfterMs: 2000 },
      usage: simpleUsage(3, 0),
    })
  })

  test('carries what the provider said about its limits, beside the answer and beside the failure', async () => {
    const rateLimit = { exhaustedForMs: 2000 }
    const output = await activity({ content: 'fine', rateLimit }).run(input({ inline: 'go' }))
    expect(output.rateLimit).toEqual(rateLimit)
    expect(output.answer).not.toHaveProperty('rateLimit')
    expect(await activity('fine').run(input({ inline: 'go' }))).not.toHaveProperty('rateLimit')
    const error = new ProviderError('overloaded', 'busy', { rateLimit })
    expect(await detailsOf(activity(error).run(input({ inline: 'go' })))).toEqual({
      failure: { kind: 'overloaded', message: 'busy' },
      rateLimit,
    })
    const full: ContentStore = { ...contents, put: () => Promise.reject(new Error('disk full')) }
    const lost = activity({ content: 'fine', rateLimit }, full).run(input({ inline: 'go' }))
    expect(await detailsOf(lost)).toMatchObject({ failure: { kind: 'worker-lost' }, rateLimit })
  })

  test('is free when its prompt cannot be fetched, because nothing was sent', async () => {
    const missing = { sha256: 'f'.repeat(64), bytes: 9000 }
    const { provider, run } = activity('fine')
    expect(await detailsOf(run(input(missing)))).toMatchObject({ failure: { kind: 'unavailable' } })
    expect(provider.requests).toHaveLength(0)
  })

  test('reports what it used when its answer cannot be stored', async () => {
    const full: ContentStore = { ...contents, put: () => Promise.reject(new Error('disk full')) }
    const details = await detailsOf(activity('fine', full).run(input({ inline: 'go' })))
    expect(details).toMatchObject({ failure: { kind: 'worker-lost' }, usage: simpleUsage(10, 5) })
  })

  test('says so when its worker does not know the endpoint', async () => {
    const details = await detailsOf(activity('fine').run(input({ inline: 'go' }, 'elsewhere')))
    expect(details).toMatchObject({ failure: { kind: 'unavailable' } })
  })

  test('that a reset sent again in another run is not made', async () => {
    const { provider, run } = activity('fine')
    const foreign = { ...input({ inline: 'go' }), attemptId: 'call/t/1@the-run-before#1' }
    expect(await detailsOf(run(foreign))).toEqual({
      failure: { kind: 'worker-lost', message: 'the attempt belongs to run the-run-before, which was reset' },
    })
    expect(provider.requests).toHaveLength(0)
  })

  test('counts as sent when something unexpected happens', async () => {
    const broken = Promise.reject(new TypeError('surprise'))
    expect(await detailsOf(activity(broken).run(input({ inline: 'go' })))).toMatchObject({
      failure: { kind: 'worker-lost', message: 'TypeError: surprise' },
    })
  })

  test('that a worker shutdown stops is lost, not cancelled', async () => {
    const { environment, run } = activity(new Promise<never>(() => undefined))
    const call = run(input({ inline: 'go' }))
    setTimeout(
      () => environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true })),
      20,
    )
    expect(await detailsOf(call)).toMatchObject({ failure: { kind: 'worker-lost' } })
  })
})
