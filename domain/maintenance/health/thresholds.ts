import { percentText } from '../../percent-text.ts'
import type { EngineLoad, NodeGpu } from '../../nodes/node.ts'

/** What is too much. */
export interface HealthThresholds {
  /** Calls that began during this time up to now count, in milliseconds. */
  readonly windowMs: number
  /** With fewer calls nothing is concluded from them. */
  readonly minCalls: number
  /** Calls that went wrong at the endpoint, 0 to 1. */
  readonly maxErrorShare: number
  /** Calls that got an answer, of all that were not given up by their callers, 0 to 1. */
  readonly minSuccessShare: number
  /** The median until the answer begins, in milliseconds: of the whole call where nobody measured its beginning. */
  readonly maxResponseMs: number
  /** Requests that wait inside an inference server. */
  readonly maxWaitingRequests: number
  /** How full its key-value cache may be while requests wait, 0 to 1. */
  readonly maxCacheUsage: number
  readonly maxGpuCelsius: number
}

export const DEFAULT_THRESHOLDS: HealthThresholds = {
  windowMs: 300_000,
  minCalls: 20,
  maxErrorShare: 0.05,
  minSuccessShare: 0.95,
  maxResponseMs: 3_000,
  maxWaitingRequests: 200,
  maxCacheUsage: 0.98,
  maxGpuCelsius: 90,
}

/** Calls of a version's users as the ledger has them. */
export interface MeasuredCalls {
  /** Answered, or refused for what the request holds. */
  readonly good: number
  /** Went wrong at the endpoint. */
  readonly bad: number
  /** Turned away because of a rate limit. */
  readonly limited: number
  /** The median until the answer began, in milliseconds. Absent without an answer. */
  readonly medianResponseMs?: number
}

/** What is wrong with measured calls, or `undefined`. The sentence follows the version's name. */
export function callsProblem(
  { good, bad, limited, medianResponseMs = 0 }: MeasuredCalls,
  { minCalls, maxErrorShare, minSuccessShare, maxResponseMs }: HealthThresholds,
): string | undefined {
  const judged = good + bad
  const all = judged + limited
  if (all < minCalls) return undefined
  if (judged > 0 && bad / judged > maxErrorShare) {
    return `${percentText(bad / judged)} % of ${judged} calls went wrong, the limit is ${percentText(maxErrorShare)} %`
  }
  if (good / all < minSuccessShare) {
    return `${percentText(good / all)} % of ${all} calls were answered, the least is ${percentText(minSuccessShare)} %`
  }
  if (medianResponseMs <= maxResponseMs) return undefined
  return `half of its answers begin after ${Math.round(medianResponseMs)} ms, the limit is ${maxResponseMs} ms`
}

/** What is wrong with an inference server's load, or `undefined`. */
export function loadProblem(
  { waitingRequests, cacheUsage = 0 }: EngineLoad,
  { maxWaitingRequests, maxCacheUsage }: HealthThresholds,
): string | undefined {
  if (waitingRequests > maxWaitingRequests) {
    return `${waitingRequests} requests wait in its server, the limit is ${maxWaitingRequests}`
  }
  if (waitingRequests === 0 || cacheUsage <= maxCacheUsage) return undefined
  return `its cache is ${percentText(cacheUsage)} % full and requests wait`
}

/** What is wrong with a node's GPUs, or `undefined`. */
export function gpuProblem(
  { celsius, uncorrectedErrors = 0, isSlowedByHeat }: NodeGpu,
  { maxGpuCelsius }: HealthThresholds,
): string | undefined {
  if (uncorrectedErrors > 0)
    return `its GPU memory had ${uncorrectedErrors} errors that could not be corrected`
  if (celsius !== undefined && celsius > maxGpuCelsius) {
    return `its GPU has ${celsius} °C, the limit is ${maxGpuCelsius} °C`
  }
  return isSlowedByHeat === true ? 'its GPU slows down because it is too hot' : undefined
}
