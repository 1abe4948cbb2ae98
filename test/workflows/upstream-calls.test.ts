import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { CallResult } from '../../domain/call-result.ts'
import { createAnthropicProvider } from '../../providers/anthropic/provider.ts'
import { createOpenAiProvider } from '../../providers/openai/provider.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { deadAddress, failingVendors, type FailingVendor } from './support/failing-vendors.ts'
import { FAILURE_POLICIES } from '../../domain/attempts/failure-policy.ts'
import type { Fetch } from '../../providers/http/lean-fetch.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import { OPTIMISATION_TARGETS, TASK_TYPES, type TaskType } from '../../domain/model-request.ts'
import { type MockVendor, startMockVendor } from '../providers/mock-vendor.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { TaskDefaults } from '../../domain/catalog/model.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

/** Longer than a busy machine needs to send a request; a vendor that hangs is given up after it, in milliseconds. */
const CALL_TIMEOUT_MS = 4_000

/** A failing vendor with an endpoint of its own, so that no breaker and no pool of another one counts. */
interface Case extends FailingVendor {
  readonly name: string
  /** No two cases share both: together they name the case's own chain of models. */
  readonly task: TaskType
  readonly target: (typeof OPTIMISATION_TARGETS)[number]
}

const cases: readonly Case[] = failingVendors().map((failing, index) => {
  const task = TASK_TYPES[Math.floor(index / OPTIMISATION_TARGETS.length)]
  const target = OPTIMISATION_TARGETS[index % OPTIMISATION_TARGETS.length]
  if (task === undefined || target === undefined) throw new Error('more cases than chains')
  return { ...failing, name: `failing-${index}`, task, target }
})

/** Each chain: the failing model first, then a spare one that answers. */
function chains(): Readonly<Partial<Record<TaskType, TaskDefaults>>> {
  return Object.fromEntries(
    [...Map.groupBy(cases, ({ task }) => task)].map(([task, group]) => [
      task,
      {
        model: 'spare',
        fallbacks: [],
        temperature: 0,
        maxOutputTokens: 200,
        targets: Object.fromEntries(group.map(({ target, name }) => [target, name])),
      },
    ]),
  )
}

let system: Orchestration
const mocks = new Map<string, MockVendor>()
/** Requests that an SDK sent, whether or not somebody was there to take them. */
const sent = new Map<string, number>()
const results = new Map<string, CallResult>()
const spare = createScriptedProvider('spare', () => 'spare says hello')

beforeAll(async () => {
  const providers: Record<string, ModelProvider> = { spare }
  for (const one of cases) providers[one.name] = connect(one, await addressOf(one))
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog(
      [
        { name: 'spare' },
        ...cases.map(({ name }) => ({ name, endpoint: { callTimeoutMs: CALL_TIMEOUT_MS } })),
      ],
      chains(),
    ),
    providers,
  })
  await Promise.all(cases.map(async (one) => results.set(one.name, await ask(one))))
})
afterAll(async () => {
  await system.stop()
  await Promise.all([...mocks.values()].map((mock) => mock.close()))
})

async function addressOf({ name, answer }: Case): Promise<string> {
  if (answer === undefined) return deadAddress()
  const mock = await startMockVendor(answer)
  mocks.set(name, mock)
  return mock.url
}

/** The official SDKs behind their adapters, with a `fetch` that counts. */
function connect({ name, vendor }: Case, url: string): ModelProvider {
  const fetch: Fetch = (input, init) => {
    sent.set(name, (sent.get(name) ?? 0) + 1)
    return globalThis.fetch(input, init)
  }
  const shared = { name, apiKey: 'a-key', fetch }
  return vendor === 'openai'
    ? createOpenAiProvider({ ...shared, baseUrl: `${url}/v1` })
    : createAnthropicProvider({ ...shared, baseUrl: url })
}

async function ask({ name, task, target }: Case): Promise<CallResult> {
  const result: CallResult = await system.client.workflow.execute('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/test/${name}`,
    args: [{ prompt: `asked of ${name}`, task, target }],
  })
  return result
}

describe('one request to a failing provider makes as many HTTP calls as the table says', () => {
  test.each(cases)('$vendor: $failure', ({ name, kind, answer }) => {
    const { retriesHere } = FAILURE_POLICIES[kind]
    const attempts = results.get(name)?.attempts ?? []
    expect(attempts.slice(0, -1).map(({ failure }) => failure?.kind)).toEqual(
      Array.from({ length: 1 + retriesHere }, () => kind),
    )
    expect(sent.get(name)).toBe(1 + retriesHere)
    if (answer !== undefined) expect(mocks.get(name)?.calls).toHaveLength(1 + retriesHere)
  })

  test.each(cases)('$vendor: $failure, then once at the next candidate', ({ name }) => {
    expect(results.get(name)).toMatchObject({ model: 'spare' })
    const asked = spare.requests.filter((request) => JSON.stringify(request.messages).includes(`${name}"`))
    expect(asked).toHaveLength(1)
  })

  test('the cases cover every kind of failure that HTTP can produce', () => {
    const beyondHttp = ['not-taken', 'timeout-before-send', 'output-too-large', 'worker-lost', 'cancelled']
    expect([...new Set(cases.map(({ kind }) => kind)), ...beyondHttp].toSorted()).toEqual(
      Object.keys(FAILURE_POLICIES).toSorted(),
    )
  })
})
