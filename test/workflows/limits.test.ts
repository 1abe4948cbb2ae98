import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { attempts, tickets } from '../../store/schema.ts'
import type { CallResult } from '../../domain/call-result.ts'
import { eq } from 'drizzle-orm'
import { ProviderError } from '../../providers/provider-error.ts'
import { randomUUID } from 'node:crypto'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const RETRY_AFTER_MS = 20_000
const CONCURRENCY = 4
const BIG_TENANT_CALLS = 60
const SMALL_TENANT_CALLS = 5

/** What the provider saw, in its order. */
const seen: { readonly text: string; readonly atMs: number }[] = []
let refusals = 0
let underWay = 0
let mostUnderWay = 0

/** Answers in 50 ms, except that one of its first calls is told to come back in 20 s. */
const limited = createScriptedProvider('limited', async (request) => {
  const text = lastText(request)
  seen.push({ text, atMs: Date.now() })
  underWay += 1
  mostUnderWay = Math.max(mostUnderWay, underWay)
  await new Promise((resolve) => setTimeout(resolve, 50))
  underWay -= 1
  if (!text.includes('429') || refusals > 0) return `answer to ${text}`
  refusals += 1
  return new ProviderError('rate-limited', 'slow down', { retryAfterMs: RETRY_AFTER_MS })
})

let system: Orchestration

beforeAll(async () => {
  const catalog = testCatalog([{ name: 'limited' }])
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: { ...catalog, quotaPools: { limited: { concurrency: CONCURRENCY } } },
    providers: { limited },
  })
})
afterAll(() => system.stop())

async function call(tenant: string, prompt: string): Promise<CallResult> {
  const result: CallResult = await system.client.workflow.execute('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/${tenant}/${randomUUID()}`,
    args: [{ tenant, prompt, task: 'chat' }],
  })
  return result
}

describe('a pool whose vendor answers 429 with Retry-After', () => {
  test(
    'gets nothing until the time is over; then those who wait go in turn, and no tenant starves another',
    { timeout: 180_000 },
    async () => {
      const first = call('first', '429 please')
      await expect.poll(() => refusals, { timeout: 30_000, interval: 20 }).toBe(1)
      const ends = Array.from({ length: BIG_TENANT_CALLS }, (_, index) => call('big', `big ${index}`))
      await expect
        .poll(async () => (await system.database.queries.select().from(tickets)).length, { timeout: 60_000 })
        .toBeGreaterThanOrEqual(BIG_TENANT_CALLS / 2)
      ends.push(...Array.from({ length: SMALL_TENANT_CALLS }, (_, index) => call('small', `small ${index}`)))
      const results = await Promise.all([first, ...ends])

      const rows = await system.database.queries.select().from(attempts)
      const [refused] = rows.filter(({ failureKind }) => failureKind === 'rate-limited')
      const settledAtMs = Date.parse(refused?.closedAt ?? '')
      const duringPause = rows.filter(({ openedAt }) => {
        const openedAtMs = Date.parse(openedAt)
        return openedAtMs > settledAtMs && openedAtMs < settledAtMs + RETRY_AFTER_MS
      })
      expect(duringPause).toEqual([])
      expect(mostUnderWay).toBeLessThanOrEqual(CONCURRENCY)
      expect(results.every(({ answer }) => answer.finishReason === 'stop')).toBe(true)
      expect(await system.database.queries.select().from(tickets)).toEqual([])

      const afterPause = seen
        .filter(({ atMs }) => atMs >= settledAtMs + RETRY_AFTER_MS)
        .map(({ text }) => text)
      const lastSmall = afterPause.findLastIndex((text) => text.startsWith('small'))
      // One of each tenant in turn, as far as the places of the pool allow: not behind all of the big one's.
      expect(lastSmall).toBeLessThan(BIG_TENANT_CALLS / 2)
    },
  )

  test('holds no activity while a call waits', async () => {
    const rows = await system.database.queries.select().from(attempts).where(eq(attempts.status, 'open'))
    expect(rows).toEqual([])
    expect(seen).toHaveLength(BIG_TENANT_CALLS + SMALL_TENANT_CALLS + 2)
  })
})
