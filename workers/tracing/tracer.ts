import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { createTraceIds, isSampled, type TraceIds } from '../../domain/tracing/trace-ids.ts'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { sha256Hex } from '../../payloads/content-store.ts'
import type { Span } from './span.ts'
import { toReadableSpan } from './to-readable-span.ts'
import type { TracingConfig } from './tracing-config.ts'

/** Sends spans to a collector. */
export interface Tracer {
  readonly ids: TraceIds
  /** Takes spans in; they are sent soon. Never throws. */
  emit(spans: readonly Span[]): void
  /**
   * Sends what was taken in and waits for that, a quarter of a second at most: what is written down after it has been
   * sent survives the process. A collector that does not answer is waited for once in ten seconds. Never rejects.
   */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** What is lost with a process that is killed is at most this old, in milliseconds. */
const SEND_EVERY_MS = 1_000

const PATIENCE_MS = 250
const PAUSE_AFTER_SILENCE_MS = 10_000

/** @param worker the kind of process */
export function createTracer({ url, serviceName, sampleRatio }: TracingConfig, worker: string): Tracer {
  // Headers, compression and the like are the exporter's own variables, which it reads itself.
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url }), {
    scheduledDelayMillis: SEND_EVERY_MS,
    maxQueueSize: 20_000,
  })
  const resource = resourceFromAttributes({
    'service.name': serviceName ?? 'switchyard',
    'service.namespace': 'switchyard',
    'service.instance.id': `${hostname()}#${process.pid}`,
    'switchyard.worker': worker,
  })
  let silentSince = -Infinity
  return {
    ids: createTraceIds(sha256Hex),
    emit: (spans) => {
      for (const span of spans) {
        if (isSampled(span.traceId, sampleRatio)) processor.onEnd(toReadableSpan(span, resource))
      }
    },
    flush: async () => {
      if (performance.now() - silentSince < PAUSE_AFTER_SILENCE_MS) return
      const sent = processor.forceFlush().then(
        () => true,
        () => false,
      )
      const isSent = await Promise.race([sent, sleep(PATIENCE_MS, false, { ref: false })])
      if (!isSent) silentSince = performance.now()
    },
    stop: async () => {
      await Promise.race([processor.shutdown().catch(() => {}), sleep(5_000, undefined, { ref: false })])
    },
  }
}
