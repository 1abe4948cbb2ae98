import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { requestAttributes, responseAttributes } from '../../../workers/tracing/gen-ai.ts'
import { describe, expect, it } from 'vitest'
import { createTracer } from '../../../workers/tracing/tracer.ts'
import { simpleUsage } from '../../../domain/usage.ts'
import { startOtlpCollector } from '../../fixtures/otlp-collector.ts'

const span = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: 'c'.repeat(16),
  name: 'attempt',
  kind: 'internal',
  startMs: 1_795_000_000_000.25,
  endMs: 1_795_000_001_500,
  attributes: { text: 'x', whole: 3, part: 0.5, list: ['a', 'b'], absent: undefined },
  error: 'overloaded',
  links: [{ traceId: 'd'.repeat(32), spanId: 'e'.repeat(16) }],
} as const

describe('a tracer', () => {
  it('sends what it was given before flush resolves', async () => {
    await using collector = await startOtlpCollector()
    const tracer = createTracer({ url: `${collector.url}/v1/traces`, sampleRatio: 1 }, 'test')
    tracer.emit([span])
    await expect
      .poll(async () => {
        await tracer.flush()
        return collector.spans.length
      })
      .toBe(1)
    expect(collector.spans[0]).toMatchObject({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      startTimeUnixNano: 1_795_000_000_000_250_000n,
      endTimeUnixNano: 1_795_000_001_500_000_000n,
      attributes: { text: 'x', whole: 3, part: 0.5, list: ['a', 'b'], 'error.type': 'overloaded' },
      status: { code: 2 },
      links: span.links,
      resource: { 'service.name': 'switchyard', 'switchyard.worker': 'test' },
    })
    await tracer.stop()
  })

  it('sends nothing of a trace outside of the share', async () => {
    await using collector = await startOtlpCollector()
    const tracer = createTracer({ url: `${collector.url}/v1/traces`, sampleRatio: 0.5 }, 'test')
    // The id begins with 10/16.
    tracer.emit([span, { ...span, traceId: '1'.repeat(32) }])
    await tracer.stop()
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual(['1'.repeat(32)])
  })

  it('holds nobody up when there is no collector', async () => {
    const tracer = createTracer({ url: 'http://127.0.0.1:9/v1/traces', sampleRatio: 1 }, 'test')
    const startedAt = performance.now()
    for (let call = 0; call < 100; call += 1) {
      tracer.emit([span])
      // oxlint-disable-next-line no-await-in-loop -- as settlements come
      await tracer.flush()
    }
    // A hundred times its patience would be 25 seconds.
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    await tracer.stop()
  })
})

describe('the names of attributes', () => {
  it('are those of the conventions', () => {
    const known = new Set<unknown>(Object.values(conventions))
    const request = { attemptId: 'a', providerModel: 'm', messages: [], maxOutputTokens: 5 }
    const answer = {
      content: '',
      toolCalls: [],
      finishReason: 'stop',
      usage: simpleUsage(1, 2),
      rawUsage: {},
      providerModel: 'm',
      timings: { latencyMs: 1 },
    } as const
    const used = Object.keys({ ...requestAttributes(request), ...responseAttributes(answer) })
    const others = [
      'gen_ai.provider.name',
      'gen_ai.workflow.name',
      'error.type',
      'server.address',
      'url.full',
    ]
    expect([...used, ...others].filter((name) => !known.has(name))).toEqual([])
  })
})
