import OpenAI from 'openai'
import { attemptHeaders } from '../http/attempt-headers.ts'
import { checkIsStream, cutAnswer } from '../http/broken-answer.ts'
import { type CallClock, startCallClock } from '../http/call-clock.ts'
import type { FailureContext } from '../http/failure-message.ts'
import type { GenerateOptions, ModelProvider, ProviderRequest } from '../model-provider.ts'
import type { Fetch } from '../http/lean-fetch.ts'
import { createTransportFetch } from '../http/transport-error.ts'
import { callUpstream, mustStream, sdkTimeoutMs } from '../http/upstream-call.ts'
import { type RateLimitWatch, watchRateLimits } from '../http/rate-limit-watch.ts'
import { toOpenAiError } from './errors.ts'
import { type CompletionParts, readCompletion, toProviderResult } from './from-wire.ts'
import { createStreamCollector } from './stream-collector.ts'
import { type OpenAiDialect, toOpenAiBody } from './to-wire.ts'

export interface OpenAiProviderOptions {
  readonly name: string
  /** Absent: no `Authorization` header is sent, for hosts that ask for none. */
  readonly apiKey?: string | undefined
  /** Only for messages: where the key came from. */
  readonly apiKeyVariable?: string | undefined
  /** Defaults to OpenAI's own address. */
  readonly baseUrl?: string | undefined
  /** Defaults to `openai` at OpenAI's own address and to `compatible` elsewhere. */
  readonly dialect?: OpenAiDialect | undefined
  readonly fetch?: Fetch | undefined
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1'

/** Chat completions at OpenAI, or at any host that speaks its API: one HTTP request per `generate`. */
export function createOpenAiProvider(options: OpenAiProviderOptions): ModelProvider {
  const { name, apiKey, apiKeyVariable, baseUrl = OPENAI_BASE_URL } = options
  const dialect =
    options.dialect ?? (new URL(baseUrl).hostname.endsWith('.openai.com') ? 'openai' : 'compatible')
  const client = createClient(options, baseUrl)
  const context: FailureContext = { provider: name, apiKeyVariable, apiKey }
  return {
    name,
    generate: async (request, generateOptions) => {
      const clock = startCallClock()
      const limits = watchRateLimits()
      const toProviderError = (error: unknown) => toOpenAiError(error, { clock, limits, context })
      return callUpstream({ provider: name, toProviderError, limits }, generateOptions, async (signal) => {
        const call: Call = {
          client,
          dialect,
          request,
          signal,
          clock,
          limits,
          context,
          options: generateOptions,
        }
        const parts = mustStream(generateOptions) ? await stream(call) : await complete(call)
        return toProviderResult(parts, request, clock)
      })
    },
  }
}

interface Call {
  readonly client: OpenAI
  readonly dialect: OpenAiDialect
  readonly request: ProviderRequest
  readonly signal: AbortSignal
  readonly clock: CallClock
  readonly limits: RateLimitWatch
  readonly context: FailureContext
  readonly options: GenerateOptions
}

async function complete(call: Call): Promise<CompletionParts> {
  const body = toOpenAiBody(call.request, call.dialect)
  const { data, response } = await call.client.chat.completions
    .create(body, requestOptions(call))
    .withResponse()
  call.limits.read(response.headers)
  return readCompletion(data)
}

async function stream(call: Call): Promise<CompletionParts> {
  const body = toOpenAiBody(call.request, call.dialect)
  const collector = createStreamCollector(call.clock, call.options.onDelta ?? (() => undefined))
  const { data: events, response } = await call.client.chat.completions
    .create({ ...body, stream: true, stream_options: { include_usage: true } }, requestOptions(call))
    .withResponse()
  call.limits.read(response.headers)
  checkIsStream(response.headers, call.context)
  for await (const event of events) collector.add(event)
  const parts = collector.parts()
  if (parts.finishReason === undefined) throw cutAnswer('the stream ended early', call.context)
  // OpenAI sends the usage last: without it the stream was cut, and what it cost is unknown.
  if (parts.usage === undefined && call.dialect === 'openai') {
    throw cutAnswer('the stream ended before its usage came', call.context)
  }
  return parts
}

function requestOptions({ request, signal, options }: Call): OpenAI.RequestOptions {
  return { signal, timeout: sdkTimeoutMs(options.timeoutMs), headers: attemptHeaders(request.attemptId) }
}

/** Everything is set here, so that the SDK takes nothing from the environment: least of all another host's key. */
function createClient({ apiKey, fetch }: OpenAiProviderOptions, baseURL: string): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: createTransportFetch(fetch),
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
  })
}
