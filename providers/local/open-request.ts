import { randomInt } from 'node:crypto'
import { simpleUsage } from '../../domain/usage.ts'
import { ProviderError } from '../provider-error.ts'
import type { HostAnswer, HostGenerateOptions, HostRequest } from './model-host.ts'
import type { GenerationEnd, GenerationFigures, GenerationOrder } from './protocol.ts'
import type { RequestPhase } from './host-status.ts'

/** Where a request stands when nobody says otherwise, of 1 (first) to 10. */
const DEFAULT_PRIORITY = 5

const SEED_RANGE = 2 ** 32

/** Timers take no more; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** A request between its arrival and its end. The mutable part is written by the desk alone. */
export interface OpenRequest {
  readonly id: number
  readonly arrival: number
  readonly priority: number
  readonly order: GenerationOrder
  /** The caller's signal and the time limit in one. */
  readonly signal: AbortSignal
  readonly callerSignal: AbortSignal
  readonly timeoutMs: number
  readonly arrivedAtMs: number
  /** Tokens that its slot holds, prompt and answer together. */
  readonly contextSize: number
  readonly onDelta: ((text: string) => void) | undefined
  readonly settle: (result: HostAnswer | ProviderError) => void
  phase: RequestPhase
  promptTokens: number
  outputTokens: number
  /** When the process last said anything about it. */
  activeAtMs: number
  slotAtMs?: number
  firstTokenAtMs?: number
  cancelledAtMs?: number
}

/** What every request of a host shares. */
export interface SlotSettings {
  /** Tokens that a slot holds, prompt and answer together. */
  readonly contextSize: number
  readonly repeatPenalty: number
}

/** Opens a request as it arrives. All times are `performance.now()`. */
export function openRequest(
  id: number,
  request: HostRequest,
  options: HostGenerateOptions,
  { contextSize, repeatPenalty }: SlotSettings,
  settle: OpenRequest['settle'],
): OpenRequest {
  const now = performance.now()
  return {
    id,
    arrival: id,
    priority: options.priority ?? DEFAULT_PRIORITY,
    order: generationOrder(request, repeatPenalty, options.onDelta !== undefined),
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(timerMs(options.timeoutMs))]),
    callerSignal: options.signal,
    timeoutMs: options.timeoutMs,
    arrivedAtMs: now,
    onDelta: options.onDelta,
    contextSize,
    settle,
    phase: 'preparing',
    promptTokens: 0,
    outputTokens: 0,
    activeAtMs: now,
  }
}

function timerMs(timeoutMs: number): number {
  return Math.min(LONGEST_TIMER_MS, Math.max(0, Math.ceil(timeoutMs)))
}

/** Whether it holds a slot. */
export function isInSlot({ phase }: OpenRequest): boolean {
  return phase === 'prefilling' || phase === 'decoding'
}

function generationOrder(request: HostRequest, repeatPenalty: number, stream: boolean): GenerationOrder {
  return {
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature ?? 0,
    seed:
      request.seed === undefined ? randomInt(SEED_RANGE) : Math.abs(Math.trunc(request.seed)) % SEED_RANGE,
    repeatPenalty,
    stop: request.stop ?? [],
    responseFormat: request.responseFormat ?? { type: 'text' },
    stream,
  }
}

/** What the caller gets when the process has ended a generation. */
export function toResult(
  entry: OpenRequest,
  end: GenerationEnd,
  figures: GenerationFigures,
): HostAnswer | ProviderError {
  if (end.status === 'cancelled') return stoppedError(entry, figures)
  if (end.status === 'failed') {
    return new ProviderError(end.failure.kind, end.failure.message, spent(figures))
  }
  const now = performance.now()
  return {
    text: end.text,
    finishReason: end.finishReason,
    figures,
    seed: entry.order.seed,
    queuedMs: (entry.slotAtMs ?? now) - entry.arrivedAtMs,
    timeToFirstTokenMs: (entry.firstTokenAtMs ?? now) - entry.arrivedAtMs,
    latencyMs: now - entry.arrivedAtMs,
  }
}

/** The error of a request that its caller, the time limit or a drain has stopped. */
export function stoppedError(entry: OpenRequest, figures?: GenerationFigures): ProviderError {
  const details = figures === undefined ? { usage: simpleUsage(0, 0) } : spent(figures)
  if (entry.callerSignal.aborted || !entry.signal.aborted) {
    return new ProviderError('cancelled', 'the generation was cancelled', details)
  }
  const kind = figures === undefined ? 'timeout-before-send' : 'timeout-after-send'
  const where = figures === undefined ? 'while it waited for a free slot' : 'during the generation'
  return new ProviderError(kind, `${entry.timeoutMs} ms ran out ${where}`, details)
}

function spent(figures: GenerationFigures): Pick<ProviderError['details'], 'usage' | 'rawUsage'> {
  return {
    usage: simpleUsage(figures.promptTokens, figures.outputTokens),
    rawUsage: { ...figures, memory: { ...figures.memory } },
  }
}
