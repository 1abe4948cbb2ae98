import type { EngineLoad } from '../../../domain/nodes/node.ts'
import type { Fetch } from '../../http/lean-fetch.ts'
import { sum } from '../../../domain/sum.ts'

/** What inference servers call their gauges: vLLM, SGLang, llama.cpp's. */
const RUNNING = ['vllm:num_requests_running', 'sglang:num_running_reqs', 'llamacpp:requests_processing']
const WAITING = ['vllm:num_requests_waiting', 'sglang:num_queue_reqs', 'llamacpp:requests_deferred']
/** From 0 to 1. The second is vLLM's older name. */
const CACHE = [
  'vllm:kv_cache_usage_perc',
  'vllm:gpu_cache_usage_perc',
  'sglang:token_usage',
  'llamacpp:kv_cache_usage_ratio',
]

const LOOK_TIMEOUT_MS = 2_000
/** A server with many models writes a few hundred lines. */
const LONGEST_TEXT = 2 ** 20

/**
 * Asks a server how busy it is, by its metrics for Prometheus. `undefined` where it has none, or does not say. Never
 * rejects.
 * @param baseUrl where its OpenAI-compatible API begins; its metrics stand beside that
 */
export async function readEngineLoad(
  baseUrl: string,
  model: string,
  fetch: Fetch = globalThis.fetch,
): Promise<EngineLoad | undefined> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/v1\/?$/, '').replace(/\/$/, '')}/metrics`, {
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
      redirect: 'manual',
    })
    if (!response.ok) return undefined
    return parseEngineLoad((await response.text()).slice(0, LONGEST_TEXT), model)
  } catch {
    return undefined
  }
}

/** Reads gauges in Prometheus' text format; those of another model of the same server are left out. */
export function parseEngineLoad(text: string, model: string): EngineLoad | undefined {
  const samples = text.split('\n').flatMap((line) => parseSample(line) ?? [])
  const own = samples.filter(({ modelName }) => modelName === undefined || modelName === model)
  const valuesOf = (names: readonly string[]) =>
    own.filter(({ name }) => names.includes(name)).map(({ value }) => value)
  const [running, waiting, cache] = [valuesOf(RUNNING), valuesOf(WAITING), valuesOf(CACHE)]
  if (running.length === 0 || waiting.length === 0) return undefined
  return {
    runningRequests: sum(running),
    waitingRequests: sum(waiting),
    // Of several engines the fullest is where requests wait.
    ...(cache.length === 0 ? {} : { cacheUsage: Math.max(...cache) }),
  }
}

interface Sample {
  readonly name: string
  readonly modelName?: string
  readonly value: number
}

/** `name{label="…"} 1.0` */
function parseSample(line: string): Sample | undefined {
  const [, name, labels = '', text] = /^([A-Za-z_:][\w:]*)(\{.*\})?\s+(\S+)/.exec(line) ?? []
  const value = Number(text)
  if (name === undefined || !Number.isFinite(value)) return undefined
  const [, modelName] = /[{,]model_name="((?:[^"\\]|\\.)*)"/.exec(labels) ?? []
  return { name, value, ...(modelName === undefined ? {} : { modelName }) }
}
