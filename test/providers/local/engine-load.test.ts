import { describe, expect, it } from 'vitest'
import { parseEngineLoad, readEngineLoad } from '../../../providers/local/attached/engine-load.ts'
import { readGpuHealth } from '../../../providers/local/gpu-health.ts'
import { startFakeServer } from './fake-server.ts'

/** As vLLM writes it, with another model at the same server. */
const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="qwen3-8b"} 3.0
vllm:num_requests_running{engine="1",model_name="qwen3-8b"} 2.0
vllm:num_requests_running{engine="0",model_name="other"} 40.0
vllm:num_requests_waiting{engine="0",model_name="qwen3-8b"} 7.0
vllm:kv_cache_usage_perc{engine="0",model_name="qwen3-8b"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="qwen3-8b"} 0.5
vllm:kv_cache_usage_perc{engine="0",model_name="other"} 0.99
vllm:prompt_tokens_total{engine="0",model_name="qwen3-8b"} 1e+06
`
const LLAMA = 'llamacpp:requests_processing 1\nllamacpp:requests_deferred 4\n'
const SGLANG =
  'sglang:num_running_reqs{model_name="m"} 2\nsglang:num_queue_reqs{model_name="m"} 0\nsglang:token_usage{model_name="m"} 0.1\n'

describe('the load of an inference server', () => {
  it.each([
    ['vLLM', VLLM, 'qwen3-8b', { runningRequests: 5, waitingRequests: 7, cacheUsage: 0.5 }],
    ["llama.cpp's server", LLAMA, 'any', { runningRequests: 1, waitingRequests: 4 }],
    ['SGLang', SGLANG, 'm', { runningRequests: 2, waitingRequests: 0, cacheUsage: 0.1 }],
  ])('is read from what %s writes', (_title, text, model, load) => {
    expect(parseEngineLoad(text, model)).toEqual(load)
  })

  it.each(['', 'go_goroutines 4\n', 'vllm:num_requests_running NaN\n', '<html>not found</html>'])(
    'is unknown where it does not say: %j',
    (text) => {
      expect(parseEngineLoad(text, 'm')).toBeUndefined()
    },
  )

  it('is asked for beside its API, and unknown where there is nothing', async () => {
    const server = await startFakeServer(['qwen3-8b'])
    expect(await readEngineLoad(server.baseUrl, 'qwen3-8b')).toBeUndefined()
    server.behaviour.metrics = VLLM
    expect(await readEngineLoad(server.baseUrl, 'qwen3-8b')).toMatchObject({ waitingRequests: 7 })
    await server.stop()
    expect(await readEngineLoad(server.baseUrl, 'qwen3-8b')).toBeUndefined()
  })
})

describe('the health of GPUs', () => {
  const driver =
    (answers: Readonly<Record<string, string>>) => async (_file: string, args: readonly string[]) => {
      const field = args[0]?.replace('--query-gpu=', '') ?? ''
      const answer = answers[field]
      if (answer === undefined) throw new Error(`Field "${field}" is not a valid field to query.`)
      return answer
    }

  it('is that of the worst of them', async () => {
    const read = await readGpuHealth(
      driver({
        'temperature.gpu': '41\n88\n',
        'ecc.errors.uncorrected.volatile.total': '0\n2\n',
        'clocks_event_reasons.hw_thermal_slowdown': 'Not Active\nActive\n',
      }),
    )
    expect(read).toEqual({ celsius: 88, uncorrectedErrors: 2, isSlowedByHeat: true })
  })

  it('is known as far as the driver says: an older one has other names', async () => {
    const read = await readGpuHealth(
      driver({
        'temperature.gpu': '41\n',
        'ecc.errors.uncorrected.volatile.total': '[N/A]\n',
        'clocks_throttle_reasons.hw_thermal_slowdown': 'Not Active\n',
      }),
    )
    expect(read).toEqual({ celsius: 41, isSlowedByHeat: false })
    expect(await readGpuHealth(() => Promise.reject(new Error('ENOENT')))).toEqual({})
  })
})
