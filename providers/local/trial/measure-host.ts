import type { LoadShape } from '../../../domain/optimisation/request.ts'
import type { MeasuredRound } from '../../../domain/optimisation/measurement.ts'
import type { HostAnswer, HostRequest, ModelHost } from '../model-host.ts'
import { ProviderError } from '../../provider-error.ts'

export interface MeasureOptions {
  readonly load: LoadShape
  /** Requests under way at a time. */
  readonly parallel: number
  /** The same makes the same requests. */
  readonly seed: number
  readonly signal: AbortSignal
}

/** Words that every vocabulary has; prompts are made of them, so that no two begin alike. */
const WORDS = 'river stone light garden winter paper music window bread morning forest number'.split(' ')
const QUESTION = 'Write a long story with these words: '

/** How one request of the load went. */
interface Served {
  readonly tokens: number
  readonly firstTokenMs?: number
  readonly perTokenMs?: number
}

/**
 * Sends a closed load to a host: so many requests, so many of them under way at a time, each begun when another has ended. Before
 * it one request alone, twice: what a host takes for its first, and for the same when it is warm.
 * @throws ProviderError when a request fails for another reason than time; the signal's reason when it is aborted
 */
export async function measureHost(
  host: Pick<ModelHost, 'generate'>,
  { load, parallel, seed, signal }: MeasureOptions,
): Promise<
  Pick<
    MeasuredRound,
    'tokensPerSecond' | 'coldFirstTokenMs' | 'warmFirstTokenMs' | 'firstTokenMs' | 'perTokenMs' | 'unfinished'
  >
> {
  const alone = { signal, timeoutMs: load.timeLimitMs }
  const cold = await serve(host, toRequest(load, seed, 0), alone)
  const warm = await serve(host, toRequest(load, seed, 0), alone)
  const startedAt = performance.now()
  const left = (): number => Math.max(1, load.timeLimitMs - (performance.now() - startedAt))
  let next = 1
  const served: Served[] = []
  const sendOneAfterAnother = async (): Promise<void> => {
    while (next <= load.requests) {
      const request = toRequest(load, seed, next++)
      // oxlint-disable-next-line no-await-in-loop -- a closed load: the next begins when this one has ended
      served.push(await serve(host, request, { signal, timeoutMs: left() }))
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, load.requests) }, sendOneAfterAnother))
  const seconds = (performance.now() - startedAt) / 1000
  const tokens = served.reduce((sum, request) => sum + request.tokens, 0)
  if (tokens === 0) throw new Error(`it computed no token of the load within ${load.timeLimitMs} ms`)
  return {
    tokensPerSecond: tokens / seconds,
    // It took at least as long as it was waited for.
    coldFirstTokenMs: cold.firstTokenMs ?? load.timeLimitMs,
    warmFirstTokenMs: warm.firstTokenMs ?? load.timeLimitMs,
    firstTokenMs: served.flatMap(({ firstTokenMs }) => firstTokenMs ?? []),
    perTokenMs: served.flatMap(({ perTokenMs }) => perTokenMs ?? []),
    unfinished: served.filter(({ firstTokenMs }) => firstTokenMs === undefined).length,
  }
}

function toRequest({ promptWords, outputTokens }: LoadShape, seed: number, index: number): HostRequest {
  const words = Array.from({ length: promptWords }, (_, word) => {
    // Any fixed sequence does, as long as the requests differ from their first word on.
    const place = (seed * 31 + index * 17 + word * word + word * (index + 3)) % WORDS.length
    return WORDS[place] ?? WORDS[0]
  })
  return {
    messages: [{ role: 'user', text: `${QUESTION}${words.join(' ')}.` }],
    maxOutputTokens: outputTokens,
    temperature: 0,
    seed,
  }
}

async function serve(
  host: Pick<ModelHost, 'generate'>,
  request: HostRequest,
  options: Parameters<ModelHost['generate']>[1],
): Promise<Served> {
  try {
    return toServed(await host.generate(request, options))
  } catch (error) {
    options.signal.throwIfAborted()
    if (!(error instanceof ProviderError) || !TIME_IS_UP.has(error.kind)) throw error
    const { inputTokens = 0, outputTokens = 0 } = error.details.usage ?? {}
    return { tokens: inputTokens + outputTokens }
  }
}

const TIME_IS_UP: ReadonlySet<string> = new Set(['timeout-before-send', 'timeout-after-send'])

function toServed({ figures, timeToFirstTokenMs: firstTokenMs }: HostAnswer): Served {
  const { promptTokens, outputTokens, decodeMs } = figures
  return {
    tokens: promptTokens + outputTokens,
    firstTokenMs,
    ...(outputTokens > 1 ? { perTokenMs: decodeMs / outputTokens } : {}),
  }
}
