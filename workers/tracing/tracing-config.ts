import { z } from 'zod'

/** Where traces go, as `OTEL_*` says. */
export interface TracingConfig {
  /** Of the collector's OTLP/HTTP receiver, with its path. */
  readonly url: string
  /** Absent: `switchyard`. */
  readonly serviceName?: string
  /** The share of traces that is recorded, 0 to 1. */
  readonly sampleRatio: number
}

/** OpenTelemetry's own variables that decide whether and where traces go; the exporter reads the others itself. */
export const TRACING_VARIABLES = [
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const

const DEFAULT_ENDPOINT = 'http://localhost:4318'

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

const unset = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value

const address = z.preprocess(
  unset,
  z.url({ protocol: /^https?$/, error: 'must be an http address' }).optional(),
)

/** The variables of `TRACING_VARIABLES`. */
export const tracingFields = {
  OTEL_SDK_DISABLED: z.preprocess(unset, z.string().optional()),
  OTEL_TRACES_EXPORTER: z.preprocess(
    unset,
    z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
  OTEL_SERVICE_NAME: z.preprocess(unset, z.string().optional()),
  OTEL_TRACES_SAMPLER: z.preprocess(
    unset,
    z.enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` }).optional(),
  ),
  OTEL_TRACES_SAMPLER_ARG: z.preprocess(
    unset,
    z.coerce
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, { error: 'must be a number from 0 to 1' })
      .max(1, { error: 'must be a number from 0 to 1' })
      .optional(),
  ),
}

type TracingValues = z.infer<z.ZodObject<typeof tracingFields>>

/** `undefined`: no traces. They are on where a collector is named, or asked for. */
export function toTracingConfig(values: TracingValues): TracingConfig | undefined {
  const root = values.OTEL_EXPORTER_OTLP_ENDPOINT
  const own = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  const isAsked = values.OTEL_TRACES_EXPORTER === 'otlp' || root !== undefined || own !== undefined
  const isOff = values.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || values.OTEL_TRACES_EXPORTER === 'none'
  const sampleRatio = ratioOf(values)
  if (!isAsked || isOff || sampleRatio === 0) return undefined
  return {
    url: own ?? `${(root ?? DEFAULT_ENDPOINT).replace(/\/+$/, '')}/v1/traces`,
    ...(values.OTEL_SERVICE_NAME === undefined ? {} : { serviceName: values.OTEL_SERVICE_NAME }),
    sampleRatio,
  }
}

function ratioOf({
  OTEL_TRACES_SAMPLER: sampler = 'always_on',
  OTEL_TRACES_SAMPLER_ARG,
}: TracingValues): number {
  if (sampler.endsWith('always_off')) return 0
  return sampler.endsWith('traceidratio') ? (OTEL_TRACES_SAMPLER_ARG ?? 1) : 1
}
