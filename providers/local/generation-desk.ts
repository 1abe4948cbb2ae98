import { ProviderError } from '../provider-error.ts'
import { createDeskTotals } from './desk-totals.ts'
import { isInSlot, openRequest, stoppedError, toResult } from './open-request.ts'
import { createRequestQueue } from './request-queue.ts'
import { findStall } from './stall.ts'
import type { HostAnswer, HostGenerateOptions, HostRequest } from './model-host.ts'
import type { HostOrder, HostReport } from './protocol.ts'
import type { HostTotals, RequestStatus } from './host-status.ts'
import type { OpenRequest, SlotSettings } from './open-request.ts'

const WATCH_INTERVAL_MS = 500

export interface GenerationDeskOptions {
  readonly slots: number
  /** Requests that may wait for a slot. */
  readonly maxQueued: number
  readonly stallTimeoutMs: number
  readonly send: (order: HostOrder) => void
  /** Called when the process makes no progress any more. */
  readonly onStall: (reason: string) => void
}

/** Keeps the open requests of one host: who waits, who holds a slot, how each one ends. */
export class GenerationDesk {
  readonly #options: GenerationDeskOptions
  readonly #open = new Map<number, OpenRequest>()
  readonly #queue = createRequestQueue<OpenRequest>()
  readonly #totals = createDeskTotals()
  #idleWaiters: (() => void)[] = []
  #watcher: NodeJS.Timeout | undefined
  #lastId = 0

  constructor(options: GenerationDeskOptions) {
    this.#options = options
  }

  /** Generations that hold a slot. */
  get inFlight(): number {
    return [...this.#open.values()].filter(isInSlot).length
  }

  /** Requests without a slot. */
  get waiting(): number {
    return this.#open.size - this.inFlight
  }

  /** Takes a request. @throws ProviderError */
  generate(request: HostRequest, options: HostGenerateOptions, slot: SlotSettings): Promise<HostAnswer> {
    // A request that finds a slot free passes through the queue without waiting in it.
    if (this.waiting >= this.#options.maxQueued + this.#options.slots - this.inFlight) {
      return Promise.reject(this.#queueIsFull())
    }
    return new Promise((resolve, reject) => {
      const entry = openRequest(this.#lastId + 1, request, options, slot, (result) => {
        if (result instanceof ProviderError) reject(result)
        else resolve(result)
      })
      this.#lastId = entry.id
      this.#accept(entry, request)
    })
  }

  /** Takes in what the process reports about a request. */
  handle(report: HostReport): void {
    const entry = 'id' in report ? this.#open.get(report.id) : undefined
    if (entry === undefined) return
    entry.activeAtMs = performance.now()
    if (report.type === 'prepared') this.#enqueue(entry, report.promptTokens)
    if (report.type === 'prepare-failed') {
      this.#close(entry, new ProviderError(report.failure.kind, report.failure.message))
    }
    if (report.type === 'progressed') noteProgress(entry, report)
    if (report.type === 'text-produced') entry.onDelta?.(report.text)
    if (report.type === 'generation-ended') this.#close(entry, toResult(entry, report.end, report.figures))
  }

  /** Stops everything that is open; each ends as `cancelled`. */
  cancelAll(): void {
    this.#open.forEach((entry) => this.#cancel(entry))
  }

  /** Ends everything that is open because the process is gone. What had no slot yet can go elsewhere for free. */
  abandon(reason: string): void {
    this.#open.forEach((entry) => {
      this.#close(entry, new ProviderError(isInSlot(entry) ? 'worker-lost' : 'unavailable', reason))
    })
  }

  /** Resolves when nothing is open. */
  async idle(): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
  }

  requests(): readonly RequestStatus[] {
    return [...this.#open.values()].map(({ id, phase, priority, promptTokens, outputTokens }) => {
      return { id, phase, priority, promptTokens, outputTokens }
    })
  }

  totals(): HostTotals {
    return this.#totals.read()
  }

  #accept(entry: OpenRequest, request: HostRequest): void {
    if (this.#open.size === 0) {
      this.#watcher = setInterval(() => this.#watch(), WATCH_INTERVAL_MS).unref()
    }
    this.#open.set(entry.id, entry)
    if (entry.signal.aborted) return this.#cancel(entry)
    entry.signal.addEventListener('abort', () => this.#cancel(entry), { once: true })
    this.#options.send({ type: 'prepare', id: entry.id, messages: request.messages })
  }

  #enqueue(entry: OpenRequest, promptTokens: number): void {
    const misfit = contextMisfit(entry, promptTokens)
    if (misfit !== undefined) {
      this.#options.send({ type: 'cancel', id: entry.id })
      return this.#close(entry, new ProviderError('context-too-long', misfit))
    }
    entry.phase = 'queued'
    this.#queue.push(entry)
    this.#dispatch()
  }

  #dispatch(): void {
    while (this.inFlight < this.#options.slots) {
      const entry = this.#queue.shift()
      if (entry === undefined) return
      entry.phase = 'prefilling'
      entry.slotAtMs = performance.now()
      entry.activeAtMs = entry.slotAtMs
      this.#options.send({ type: 'generate', id: entry.id, order: entry.order })
    }
  }

  #cancel(entry: OpenRequest): void {
    if (!this.#open.has(entry.id)) return
    this.#options.send({ type: 'cancel', id: entry.id })
    entry.cancelledAtMs ??= performance.now()
    // In a slot the process answers with the exact usage; before there is none.
    if (!isInSlot(entry)) this.#close(entry, stoppedError(entry))
  }

  #close(entry: OpenRequest, result: HostAnswer | ProviderError): void {
    this.#open.delete(entry.id)
    this.#queue.remove(entry)
    this.#totals.add(result)
    entry.settle(result)
    this.#dispatch()
    if (this.#open.size > 0) return
    clearInterval(this.#watcher)
    this.#idleWaiters.forEach((resolve) => resolve())
    this.#idleWaiters = []
  }

  #watch(): void {
    const stall = findStall([...this.#open.values()], performance.now(), this.#options.stallTimeoutMs)
    if (stall !== undefined) this.#options.onStall(stall)
  }

  #queueIsFull(): ProviderError {
    const retryAfterMs = Math.ceil(this.#totals.read().meanLatencyMs) || undefined
    return new ProviderError(
      'overloaded',
      `all ${this.#options.slots} slots are busy and ${this.waiting} requests wait; try again later`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    )
  }
}

function noteProgress(entry: OpenRequest, counts: { promptTokens: number; outputTokens: number }): void {
  entry.promptTokens = counts.promptTokens
  entry.outputTokens = counts.outputTokens
  if (counts.outputTokens === 0) return
  entry.phase = 'decoding'
  entry.firstTokenAtMs ??= performance.now()
}

function contextMisfit(entry: OpenRequest, promptTokens: number): string | undefined {
  const { maxOutputTokens } = entry.order
  if (promptTokens + maxOutputTokens <= entry.contextSize) return undefined
  return (
    `the prompt has ${promptTokens} tokens and the answer may have ${maxOutputTokens}, ` +
    `but a slot holds ${entry.contextSize} tokens together`
  )
}
