import { ConfigError, loadConfig } from '../../../workers/config.ts'
import { describe, expect, it } from 'vitest'

const tracingOf = (variables: Readonly<Record<string, string>>) =>
  loadConfig({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', ...variables }).tracing

describe('traces', () => {
  it('are off until a collector is named or asked for', () => {
    expect(tracingOf({})).toBeUndefined()
    expect(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_TRACES_SAMPLER_ARG: '' })).toBeUndefined()
    expect(tracingOf({ OTEL_SERVICE_NAME: 'mine' })).toBeUndefined()
  })

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/in' }, 'https://c/in'],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
  ])('go where %j says', (variables, url) => {
    expect(tracingOf(variables)).toEqual({ url, sampleRatio: 1 })
  })

  it.each([
    { OTEL_SDK_DISABLED: 'true' },
    { OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_TRACES_SAMPLER: 'always_off' },
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
  ])('are off with %j', (variables) => {
    expect(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', ...variables })).toBeUndefined()
  })

  it('are of a share of the requests where that is asked for', () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }
    const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }
    expect(tracingOf({ ...endpoint, ...sampler })?.sampleRatio).toBe(0.25)
    expect(tracingOf({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: '0.25' })?.sampleRatio).toBe(1)
  })

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4318' },
    { OTEL_TRACES_EXPORTER: 'zipkin' },
    { OTEL_TRACES_SAMPLER_ARG: '2' },
    { SWITCHYARD_METRICS_USERS: 'yes' },
  ])('refuse %j', (variables) => {
    expect(() => tracingOf(variables)).toThrow(ConfigError)
  })
})
