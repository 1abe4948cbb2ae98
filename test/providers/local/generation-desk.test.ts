import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { GenerationDesk } from '../../../providers/local/generation-desk.ts'
import type { HostAnswer } from '../../../providers/local/model-host.ts'
import type { GenerationEnd, HostOrder } from '../../../providers/local/protocol.ts'

const MEMORY = { residentBeforeLoadBytes: 1, residentAfterLoadBytes: 2, peakResidentBytes: 3 }
const SLOT = { contextSize: 100, repeatPenalty: 1 }

/** A desk whose process only writes down what it is told; `answer` speaks for it. */
function openDesk(options: { slots?: number; maxQueued?: number; stallTimeoutMs?: number } = {}) {
  const orders: HostOrder[] = []
  const stalls: string[] = []
  const desk = new GenerationDesk({
    slots: options.slots ?? 1,
    maxQueued: options.maxQueued ?? 10,
    stallTimeoutMs: options.stallTimeoutMs ?? 60_000,
    send: (order) => orders.push(order),
    onStall: (reason) => stalls.push(reason),
  })
  const ask = (overrides: { priority?: number; signal?: AbortSignal; timeoutMs?: number } = {}) => {
    const request = { messages: [{ role: 'user' as const, text: 'hello' }], maxOutputTokens: 10 }
    const result = desk.generate(
      request,
      { signal: new AbortController().signal, timeoutMs: 60_000, ...overrides },
      SLOT,
    )
    result.catch(() => undefined)
    return result
  }
  const prepare = (id: number, promptTokens = 5): void => desk.handle({ type: 'prepared', id, promptTokens })
  const end = (
    id: number,
    how: GenerationEnd = { status: 'completed', text: `t${id}`, finishReason: 'stop' },
  ) => {
    const figures = { promptTokens: 5, outputTokens: 2, prefillMs: 1, decodeMs: 1, memory: MEMORY }
    desk.handle({ type: 'generation-ended', id, end: how, figures })
  }
  const started = (): number[] => orders.flatMap((order) => (order.type === 'generate' ? [order.id] : []))
  return { desk, orders, stalls, ask, prepare, end, started }
}

describe('the generation desk', () => {
  it('fills the slots and serves the rest by priority, then by arrival', async () => {
    const { ask, prepare, end, started } = openDesk({ slots: 2 })
    const answers: Promise<HostAnswer>[] = [9, 9, 5, 7, 1, 5].map((priority) => ask({ priority }))
    ;[1, 2, 3, 4, 5, 6].forEach((id) => prepare(id))
    expect(started()).toEqual([1, 2])
    ;[2, 1, 5, 3, 6, 4].forEach((id) => end(id))
    expect(started()).toEqual([1, 2, 5, 3, 6, 4])
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(['t1', 't2', 't3', 't4', 't5', 't6'])
  })

  it('refuses what its queue has no place for', async () => {
    const { desk, ask, prepare } = openDesk({ slots: 1, maxQueued: 1 })
    void ask()
    prepare(1)
    void ask()
    await expect(ask()).rejects.toMatchObject({ kind: 'overloaded' })
    expect(desk.requests().map(({ phase }) => phase)).toEqual(['prefilling', 'preparing'])
  })

  it('refuses a prompt that does not fit before it takes a slot', async () => {
    const { ask, prepare, started } = openDesk()
    const answer = ask()
    prepare(1, 91)
    await expect(answer).rejects.toMatchObject({
      kind: 'context-too-long',
      message: expect.stringContaining('91'),
    })
    expect(started()).toEqual([])
  })

  it('cancels at once what waits, and what runs when the process has stopped it', async () => {
    const { orders, ask, prepare, end } = openDesk()
    const controller = new AbortController()
    const running = ask({ signal: controller.signal })
    prepare(1)
    const waiting = ask({ signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled', details: { usage: { inputTokens: 0 } } })
    expect(orders.filter(({ type }) => type === 'cancel')).toHaveLength(2)
    end(1, { status: 'cancelled' })
    await expect(running).rejects.toMatchObject({
      kind: 'cancelled',
      details: { usage: { inputTokens: 5, outputTokens: 2 } },
    })
  })

  it('tells a limit that ran out while waiting from one that ran out in a slot', async () => {
    const { ask, prepare, end } = openDesk()
    const running = ask({ timeoutMs: 20 })
    prepare(1)
    const waiting = ask({ timeoutMs: 20 })
    await expect(waiting).rejects.toMatchObject({ kind: 'timeout-before-send' })
    end(1, { status: 'cancelled' })
    await expect(running).rejects.toMatchObject({ kind: 'timeout-after-send' })
  })

  it('ends what runs as lost and what waits as unavailable when the process is gone', async () => {
    const { desk, ask, prepare } = openDesk()
    const running = ask()
    prepare(1)
    const waiting = ask()
    desk.abandon('gone')
    await expect(running).rejects.toMatchObject({ kind: 'worker-lost', message: 'gone' })
    await expect(waiting).rejects.toMatchObject({ kind: 'unavailable' })
    await desk.idle()
  })

  it('calls a process stalled that is silent about a request', async () => {
    const { ask, prepare, end, stalls } = openDesk({ stallTimeoutMs: 50 })
    void ask()
    prepare(1)
    await expect.poll(() => stalls.length, { timeout: 5000 }).toBeGreaterThan(0)
    end(1)
    await sleep(600)
    const { length } = stalls
    await sleep(600)
    expect(stalls).toHaveLength(length)
  })

  it('counts how requests ended', async () => {
    const { desk, ask, prepare, end } = openDesk({ slots: 2 })
    const answers = [ask(), ask()]
    prepare(1)
    prepare(2)
    end(1)
    end(2, { status: 'failed', failure: { kind: 'invalid-response', message: 'no JSON' } })
    await Promise.allSettled(answers)
    expect(desk.totals()).toMatchObject({ completed: 1, failed: 1, inputTokens: 10, outputTokens: 4 })
  })
})
