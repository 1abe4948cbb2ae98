import type { NanoUsd } from '../../money.ts'
import type { RouteOption } from '../route-input.ts'

/** The figures that options are compared by. */
export interface Appraisal {
  readonly costNanoUsd: NanoUsd
  /** Median time of a call. */
  readonly latencyMs: number
  /** The time that 95 % of calls stay below. */
  readonly tailLatencyMs: number
  /** 0 to 1. */
  readonly quality: number
  readonly isQualityKnown: boolean
}

/** What is assumed of a model that nobody profiled or measured. */
export const ASSUMED = { quality: 0.5, latencyMs: 5000 } as const

/** How many times the median the 95th percentile is taken for, where only a median is known. */
const TAIL_FACTOR = 2

/** Measured figures where there are some, else the catalog's, else what is assumed of anybody. */
export function appraise({ expectedNanoUsd, quality, latency }: RouteOption): Appraisal {
  const known = quality.measured ?? quality.prior
  const latencyMs = latency.p50Ms ?? latency.priorMs ?? ASSUMED.latencyMs
  return {
    costNanoUsd: expectedNanoUsd,
    latencyMs,
    tailLatencyMs: latency.p95Ms ?? latencyMs * TAIL_FACTOR,
    quality: Math.min(1, Math.max(0, known ?? ASSUMED.quality)),
    isQualityKnown: known !== undefined,
  }
}
