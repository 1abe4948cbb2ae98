import Anthropic from '@anthropic-ai/sdk'
import { attemptHeaders } from '../http/attempt-headers.ts'
import { checkIsStream, cutAnswer } from '../http/broken-answer.ts'
import { type CallClock, startCallClock } from '../http/call-clock.ts'
import type { FailureContext } from '../http/failure-message.ts'
import type { GenerateOptions, ModelProvider, ProviderRequest } from '../model-provider.ts'
import type { Fetch } from '../http/lean-fetch.ts'
import { createTransportFetch } from '../http/transport-error.ts'
import { callUpstream, mustStream, sdkTimeoutMs } from '../http/upstream-call.ts'
import { type RateLimitWatch, watchRateLimits } from '../http/rate-limit-watch.ts'
import { toAnthropicError } from './errors.ts'
import { type MessageParts, readMessage, toProviderResult } from './from-wire.ts'
import { createStreamCollector } from './stream-collector.ts'
import { toAnthropicBody } from './to-wire.ts'

export interface AnthropicProviderOptions {
  readonly name: string
  readonly apiKey: string
  /** Only for messages: where the key came from. */
  readonly apiKeyVariable?: string | undefined
  /** Defaults to Anthropic's own address. */
  readonly baseUrl?: string | undefined
  readonly fetch?: Fetch | undefined
}

const ANTHROPIC_BASE_URL = 'https://api.anthropic.com'

/** The Messages API: one HTTP request per `generate`. */
export function createAnthropicProvider(options: AnthropicProviderOptions): ModelProvider {
  const { name, apiKey, apiKeyVariable } = options
  const client = createClient(options)
  const context: FailureContext = { provider: name, apiKeyVariable, apiKey }
  return {
    name,
    generate: async (request, generateOptions) => {
      const clock = startCallClock()
      const limits = watchRateLimits()
      const toProviderError = (error: unknown) => toAnthropicError(error, { clock, limits, context })
      return callUpstream({ provider: name, toProviderError, limits }, generateOptions, async (signal) => {
        const call: Call = { client, request, signal, clock, limits, context, options: generateOptions }
        const parts = mustStream(generateOptions) ? await stream(call) : await complete(call)
        return toProviderResult(parts, clock)
      })
    },
  }
}

interface Call {
  readonly client: Anthropic
  readonly request: ProviderRequest
  readonly signal: AbortSignal
  readonly clock: CallClock
  readonly limits: RateLimitWatch
  readonly context: FailureContext
  readonly options: GenerateOptions
}

async function complete(call: Call): Promise<MessageParts> {
  const { data, response } = await call.client.messages
    .create(toAnthropicBody(call.request), requestOptions(call))
    .withResponse()
  call.limits.read(response.headers)
  return readMessage(data)
}

async function stream(call: Call): Promise<MessageParts> {
  const collector = createStreamCollector(call.clock, call.options.onDelta ?? (() => undefined))
  const { data: events, response } = await call.client.messages
    .create({ ...toAnthropicBody(call.request), stream: true }, requestOptions(call))
    .withResponse()
  call.limits.read(response.headers)
  checkIsStream(response.headers, call.context)
  for await (const event of events) collector.add(event)
  const parts = collector.parts()
  if (parts === undefined) throw cutAnswer('the stream ended early', call.context)
  return parts
}

function requestOptions({ request, signal, options }: Call): Anthropic.RequestOptions {
  return { signal, timeout: sdkTimeoutMs(options.timeoutMs), headers: attemptHeaders(request.attemptId) }
}

/** Logs and spans of the SDK are off: they would carry prompts. */
function createClient({ apiKey, baseUrl = ANTHROPIC_BASE_URL, fetch }: AnthropicProviderOptions): Anthropic {
  return new Anthropic({
    apiKey,
    baseURL: baseUrl,
    webhookKey: null,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: createTransportFetch(fetch),
  })
}
