import { describe, expect, it } from 'vitest'
import { countAdmissions } from '../../../workers/metrics/admission-metrics.ts'
import { createFindVersion } from '../../../workers/metrics/version-labels.ts'
import { createMetricRegistry } from '../../../workers/metrics/metric-registry.ts'
import { createScriptedProvider } from '../../fixtures/scripted-provider.ts'
import { createCallMeters, measureCalls } from '../../../workers/metrics/call-metrics.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { simpleUsage } from '../../../domain/usage.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const catalog = testCatalog([{ name: 'alpha' }])
const request = { attemptId: 'a', providerModel: 'alpha-2026-01-01', messages: [], maxOutputTokens: 5 }
const options = { signal: new AbortController().signal, timeoutMs: 1_000 }
const VERSION = 'model="alpha",version="2026-01-01"'

describe('calls', () => {
  it('are measured under the version that was called', async () => {
    const registry = createMetricRegistry()
    const timings = { latencyMs: 2_100, timeToFirstTokenMs: 100 }
    const provider = createScriptedProvider('alpha', () => ({ usage: simpleUsage(10, 101), timings }))
    const watch = measureCalls(createCallMeters(registry), createFindVersion(catalog))
    await watch(provider, 'alpha').generate(request, options)
    const text = await registry.text()
    expect(text).toContain(`switchyard_time_to_first_token_seconds_sum{${VERSION}} 0.1\n`)
    // A hundred tokens after the first one, in two seconds.
    expect(text).toContain(`switchyard_output_tokens_per_second_sum{${VERSION}} 50\n`)
    expect(text).toContain(
      `switchyard_call_duration_seconds_count{${VERSION},endpoint="alpha",outcome="completed"} 1\n`,
    )
    expect(text).toContain('switchyard_calls_in_flight{endpoint="alpha"} 0\n')
  })

  it('that fail are measured by the kind of failure, and fail as before', async () => {
    const registry = createMetricRegistry()
    const failure = new ProviderError('overloaded', 'busy')
    const provider = createScriptedProvider('alpha', () => failure)
    const watched = measureCalls(createCallMeters(registry), createFindVersion(catalog))(provider, 'alpha')
    await expect(watched.generate({ ...request, providerModel: 'other' }, options)).rejects.toBe(failure)
    const text = await registry.text()
    expect(text).toContain(
      'switchyard_call_duration_seconds_count{model="unknown",version="unknown",endpoint="alpha",outcome="overloaded"} 1\n',
    )
    expect(text).toContain('switchyard_calls_in_flight{endpoint="alpha"} 0\n')
  })
})

describe('admissions', () => {
  it('are counted by what the calls are told, those after a failed attempt included', async () => {
    const registry = createMetricRegistry()
    const rejected = { status: 'rejected', reason: 'no model' } as const
    const books = countAdmissions(registry)({
      admitCalls: async () => [rejected, { status: 'conflict' }],
      settleCalls: async () => [
        { attemptId: 'a', costNanoUsd: 0, next: rejected },
        { attemptId: 'b', costNanoUsd: 0 },
      ],
    })
    await books.admitCalls({ calls: [] })
    await books.settleCalls({ settlements: [] })
    const text = await registry.text()
    expect(text).toContain('switchyard_admissions_total{outcome="rejected"} 2\n')
    expect(text).toContain('switchyard_admissions_total{outcome="conflict"} 1\n')
  })
})
