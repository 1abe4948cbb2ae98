import { beforeAll, describe, expect, it } from 'vitest'
import { callOptions, longRequest, request, useTinyHosts } from './tiny-hosts.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import type { ModelHost } from '../../../providers/local/model-host.ts'
import type { RequestPhase } from '../../../providers/local/host-status.ts'

const CONTEXT_SIZE = 16_384
const PROMPT_CHARACTERS = 12_000
/** What the promise is; on a quiet machine it takes a tenth of it. */
const FREED_WITHIN_MS = 2000

const tiny = useTinyHosts()
let host: ModelHost

beforeAll(async () => {
  const model = { seed: 1, layers: 6, width: 256, contextLength: CONTEXT_SIZE }
  host = await tiny.start({ modelPath: await tiny.model('long', model), contextSize: CONTEXT_SIZE })
})

/** Cancels a generation in the given phase; returns how it ended and how long the next one waited for the slot. */
async function cancelDuring(phase: RequestPhase): Promise<{ error: unknown; nextQueuedMs: number }> {
  const controller = new AbortController()
  const order = phase === 'prefilling' ? request('x'.repeat(PROMPT_CHARACTERS)) : longRequest()
  const cancelled = host.generate(order, callOptions({ signal: controller.signal })).then(
    () => new Error('it was not cancelled'),
    (error: unknown) => error,
  )
  await expect
    .poll(() => host.status().requests.some((one) => one.phase === phase && one.promptTokens > 0), {
      timeout: 20_000,
      interval: 10,
    })
    .toBe(true)
  const next = host.generate(request('next', { maxOutputTokens: 4 }), callOptions())
  controller.abort()
  return { error: await cancelled, nextQueuedMs: (await next).queuedMs }
}

describe('a cancelled generation', () => {
  it('frees its slot in the middle of a long prompt, and tells what was computed of it', async () => {
    const { error, nextQueuedMs } = await cancelDuring('prefilling')
    expect(error).toMatchObject({ kind: 'cancelled', details: { usage: { outputTokens: 0 } } })
    const computed = error instanceof ProviderError ? error.details.usage?.inputTokens : undefined
    expect(computed).toBeGreaterThan(0)
    expect(computed).toBeLessThan(PROMPT_CHARACTERS)
    expect(nextQueuedMs).toBeLessThan(FREED_WITHIN_MS)
  })

  it('frees its slot in the middle of the answer', async () => {
    const { error, nextQueuedMs } = await cancelDuring('decoding')
    expect(error).toMatchObject({ kind: 'cancelled' })
    expect(nextQueuedMs).toBeLessThan(FREED_WITHIN_MS)
  })
})
