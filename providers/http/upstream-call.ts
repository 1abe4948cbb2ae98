import { simpleUsage } from '../../domain/usage.ts'
import type { GenerateOptions, ProviderResult } from '../model-provider.ts'
import { ProviderError } from '../provider-error.ts'
import type { RateLimitWatch } from './rate-limit-watch.ts'

/** The longest delay that a timer of Node takes, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** What one upstream call runs under. */
export interface UpstreamCall {
  /** For messages: the provider's name. */
  readonly provider: string
  /** Turns whatever the attempt threw into the one error that providers throw. */
  readonly toProviderError: (error: unknown) => ProviderError
  /** What its headers said about limits goes with the result, and with the error. */
  readonly limits: RateLimitWatch
}

/**
 * Runs one attempt until it ends, its time is over or its caller gives up, whichever comes first. The SDKs' own
 * time limits stop at the response's headers; this one holds for the whole answer.
 * @throws ProviderError, always
 */
export async function callUpstream(
  call: UpstreamCall,
  options: GenerateOptions,
  attempt: (signal: AbortSignal) => Promise<ProviderResult>,
): Promise<ProviderResult> {
  checkStart(call.provider, options)
  const stop = new AbortController()
  let ended: ProviderError | undefined
  const end = (error: ProviderError): void => {
    ended ??= error
    stop.abort()
  }
  const cancel = (): void => end(new ProviderError('cancelled', `the call to ${call.provider} was cancelled`))
  const timer = setTimeout(
    () => end(outOfTime(call.provider, options.timeoutMs)),
    Math.min(options.timeoutMs, LONGEST_TIMER_MS),
  )
  options.signal.addEventListener('abort', cancel, { once: true })
  try {
    const result = await attempt(stop.signal)
    const rateLimit = call.limits.report()
    return rateLimit === undefined ? result : { ...result, rateLimit }
  } catch (error) {
    const failure = ended ?? (error instanceof ProviderError ? error : call.toProviderError(error))
    const rateLimit = call.limits.report()
    throw rateLimit === undefined ? failure : failure.withRateLimit(rateLimit)
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', cancel)
  }
}

/** The SDK's own limit: so late that the one above decides. In milliseconds. */
export function sdkTimeoutMs(timeoutMs: number): number {
  return Math.min(Math.ceil(timeoutMs) + 60_000, LONGEST_TIMER_MS)
}

/** `fetch` gives up on headers after 300 s: a call that may take longer must stream, wanted or not. */
export function mustStream(options: GenerateOptions): boolean {
  return options.onDelta !== undefined || options.timeoutMs > 290_000
}

function checkStart(provider: string, options: GenerateOptions): void {
  if (options.signal.aborted) {
    throw new ProviderError('cancelled', `the call to ${provider} was cancelled before it was sent`, {
      usage: simpleUsage(0, 0),
    })
  }
  if (options.timeoutMs <= 0) {
    throw new ProviderError('timeout-before-send', `no time was left to call ${provider}`)
  }
}

function outOfTime(provider: string, timeoutMs: number): ProviderError {
  return new ProviderError(
    'timeout-after-send',
    `${provider} did not finish within ${timeoutMs} ms; the call may have been billed. ` +
      "If answers are this long, raise the endpoint's callTimeoutMs",
  )
}
