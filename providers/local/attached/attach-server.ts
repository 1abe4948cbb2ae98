import { z } from 'zod'
import { createOpenAiProvider } from '../../openai/provider.ts'
import type { EngineLoad } from '../../../domain/nodes/node.ts'
import { readEngineLoad } from './engine-load.ts'
import type { Fetch } from '../../http/lean-fetch.ts'
import type { ModelProvider } from '../../model-provider.ts'
import { ProviderError } from '../../provider-error.ts'

export interface AttachServerOptions {
  /** The endpoint's name, for messages. */
  readonly name: string
  /** Where its OpenAI-compatible API begins: `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string
  /** The name under which the server has the model. */
  readonly providerModel: string
  /** Absent: no `Authorization` header is sent. */
  readonly apiKey?: string | undefined
  /** Only for messages: where the key came from. */
  readonly apiKeyVariable?: string | undefined
  readonly fetch?: Fetch
  /** Between two looks at whether it is still there, in milliseconds. Default 2,000. */
  readonly watchIntervalMs?: number
}

/** An inference server beside the node: vLLM, llama.cpp's, SGLang, Ollama. It is used, never started or stopped. */
export interface AttachedServer {
  readonly provider: ModelProvider
  /** Resolves when the server has stopped answering, with the reason for people. */
  readonly exited: Promise<{ readonly reason: string }>
  /** How busy it was at the last look; `undefined` where it does not say. */
  load(): EngineLoad | undefined
  /** Looks after it no more. */
  detach(): void
}

const WATCH_INTERVAL_MS = 2_000
/** A busy server may be late once. */
const MISSES_THAT_COUNT = 3
const LOOK_TIMEOUT_MS = 5_000
/** A server may load a model at its first request. */
const PROBE_TIMEOUT_MS = 300_000

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) })

/**
 * Makes sure that a server has the model and generates a token with it, and watches it from then on.
 * @throws ProviderError of kind `unavailable` that says what is missing
 */
export async function attachServer(options: AttachServerOptions): Promise<AttachedServer> {
  const { name, baseUrl, apiKey, apiKeyVariable, fetch } = options
  const provider = createOpenAiProvider({
    name,
    apiKey,
    apiKeyVariable,
    baseUrl,
    fetch,
    dialect: 'compatible',
  })
  await checkModel(options)
  await probe(provider, options)
  const detached = new AbortController()
  let load = await readEngineLoad(baseUrl, options.providerModel, fetch)
  const onLook = async (): Promise<void> => {
    load = await readEngineLoad(baseUrl, options.providerModel, fetch)
  }
  return {
    provider,
    exited: watch(options, detached.signal, onLook),
    load: () => load,
    detach: () => detached.abort(),
  }
}

/** Ends when the server misses several looks in a row; never, once it is detached. */
async function watch(
  options: AttachServerOptions,
  detached: AbortSignal,
  onLook: () => Promise<void>,
): Promise<{ reason: string }> {
  const { promise: ended, resolve } = Promise.withResolvers<{ reason: string }>()
  let misses = 0
  const look = async (): Promise<void> => {
    const reason = await checkModel(options).then(
      () => undefined,
      (error: unknown) => messageOf(error),
    )
    if (detached.aborted) return
    misses = reason === undefined ? 0 : misses + 1
    if (reason === undefined) await onLook()
    if (detached.aborted) return
    if (reason !== undefined && misses >= MISSES_THAT_COUNT) resolve({ reason })
    else later()
  }
  const later = (): void => {
    const timer = setTimeout(() => void look(), options.watchIntervalMs ?? WATCH_INTERVAL_MS)
    detached.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  later()
  return ended
}

async function checkModel(options: AttachServerOptions): Promise<void> {
  const { name, baseUrl, providerModel } = options
  const models = await listModels(options)
  if (models.includes(providerModel)) return
  throw new ProviderError(
    'unavailable',
    `the server of endpoint ${name} at ${baseUrl} has no model ${providerModel}; it has ${models.join(', ') || 'none'}`,
  )
}

async function listModels({ name, baseUrl, apiKey, fetch = globalThis.fetch }: AttachServerOptions) {
  try {
    const response = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, {
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
      redirect: 'manual',
      ...(apiKey === undefined ? {} : { headers: { authorization: `Bearer ${apiKey}` } }),
    })
    if (!response.ok) throw new Error(`it answered with HTTP status ${response.status}`)
    return modelsSchema.parse(await response.json()).data.map(({ id }) => id)
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'what it answered is no list of models' : messageOf(error)
    throw new ProviderError(
      'unavailable',
      `the server of endpoint ${name} cannot be asked for its models at ${baseUrl}: ${reason}`,
      { cause: error },
    )
  }
}

async function probe(provider: ModelProvider, { name, providerModel }: AttachServerOptions): Promise<void> {
  try {
    await provider.generate(
      {
        attemptId: 'probe',
        providerModel,
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Ready?' }] }],
        maxOutputTokens: 1,
      },
      { signal: new AbortController().signal, timeoutMs: PROBE_TIMEOUT_MS },
    )
  } catch (error) {
    throw new ProviderError(
      'unavailable',
      `the server of endpoint ${name} does not generate: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Fetch hides why behind `fetch failed`. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && cause.message !== ''
    ? `${error.message} (${cause.message})`
    : error.message
}
