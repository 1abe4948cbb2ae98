import { checkId } from '../../ids.ts'
import { isRecord, list, object, optional, type ReadObject, withDefault } from '../../reading/composites.ts'
import { describeValue, INVALID, memberPath, type Read, type Reader } from '../../reading/reader.ts'
import { flag, number, oneOf, text } from '../../reading/scalars.ts'
import { DEFAULT_HEALTH_RULES } from './health-state.ts'
import { DEFAULT_THRESHOLDS } from './thresholds.ts'
import { REMEDIATION_POLICIES } from './remediation.ts'

const DAY_MS = 86_400_000

const share = number({ min: 0, max: 1 })
const count = number({ min: 1, max: 1_000, isWhole: true })
const duration = number({ min: 1, max: DAY_MS, isWhole: true })
const name = text({ check: (value) => checkId('model', value) })

const probes = {
  /** Versions that GPU nodes serve. */
  local: withDefault(flag, true),
  /** Versions at vendors: each probe is paid for. */
  cloud: withDefault(flag, false),
  /** These endpoints, whatever their kind. */
  endpoints: withDefault(list(name, { maxLength: 1_000 }), []),
  /** Whom probes at vendors are booked to. */
  tenant: withDefault(text({ check: (value) => checkId('tenant', value) }), 'switchyard'),
} as const

const rules = {
  failuresToLeave: withDefault(count, DEFAULT_HEALTH_RULES.failuresToLeave),
  passesToReturn: withDefault(count, DEFAULT_HEALTH_RULES.passesToReturn),
  returnPercent: withDefault(number({ min: 0.1, max: 100 }), DEFAULT_HEALTH_RULES.returnPercent),
  goodCallsToStay: withDefault(count, DEFAULT_HEALTH_RULES.goodCallsToStay),
  badCallsToLeave: withDefault(count, DEFAULT_HEALTH_RULES.badCallsToLeave),
} as const

const thresholds = {
  windowMs: withDefault(duration, DEFAULT_THRESHOLDS.windowMs),
  minCalls: withDefault(number({ min: 1, max: 1_000_000, isWhole: true }), DEFAULT_THRESHOLDS.minCalls),
  maxErrorShare: withDefault(share, DEFAULT_THRESHOLDS.maxErrorShare),
  minSuccessShare: withDefault(share, DEFAULT_THRESHOLDS.minSuccessShare),
  maxResponseMs: withDefault(number({ min: 1 }), DEFAULT_THRESHOLDS.maxResponseMs),
  maxWaitingRequests: withDefault(number({ min: 0 }), DEFAULT_THRESHOLDS.maxWaitingRequests),
  maxCacheUsage: withDefault(share, DEFAULT_THRESHOLDS.maxCacheUsage),
  maxGpuCelsius: withDefault(number({ min: 1, max: 200 }), DEFAULT_THRESHOLDS.maxGpuCelsius),
} as const

const remediation = {
  /** What is done for a version that is out of routing. */
  policy: withDefault(oneOf(REMEDIATION_POLICIES), 'none'),
  /** The same for single models. */
  models: withDefault(policiesByModel, {}),
  /** Between two for one version, in milliseconds. */
  pauseMs: withDefault(number({ min: 0, max: DAY_MS, isWhole: true }), 600_000),
  mostADay: withDefault(number({ min: 0, max: 1_000, isWhole: true }), 6),
} as const

/** What one health check does; every member may be left out. */
export const healthCheckRequest = object({
  /** Only these; default: all of the catalog. */
  models: optional(list(name, { minLength: 1, maxLength: 1_000 })),
  /** For a completion of one token, in milliseconds. */
  timeoutMs: withDefault(number({ min: 100, max: 600_000, isWhole: true }), 10_000),
  probes: withDefault(object(probes), defaultsOf(probes)),
  rules: withDefault(object(rules), defaultsOf(rules)),
  thresholds: withDefault(object(thresholds), defaultsOf(thresholds)),
  remediation: withDefault(object(remediation), defaultsOf(remediation)),
  /** Says what it finds, and changes nothing. */
  dryRun: withDefault(flag, false),
})

export type HealthCheckRequest = Read<typeof healthCheckRequest>

/** What an empty object is read as; every member has a default. */
function defaultsOf<Shape extends Readonly<Record<string, Reader<unknown>>>>(
  shape: Shape,
): ReadObject<Shape> {
  const read = object(shape)({}, '', { add: () => undefined })
  if (read === INVALID) throw new Error('a member has no default')
  return read
}

type PoliciesByModel = Readonly<Record<string, (typeof REMEDIATION_POLICIES)[number]>>

function policiesByModel(
  value: unknown,
  path: string,
  problems: Parameters<Reader<unknown>>[2],
): PoliciesByModel | typeof INVALID {
  if (!isRecord(value)) {
    problems.add(path, `must name a policy for each model, not ${describeValue(value)}`)
    return INVALID
  }
  const policy = oneOf(REMEDIATION_POLICIES)
  const entries = Object.entries(value).map(
    ([model, given]) => [model, policy(given, memberPath(path, model), problems)] as const,
  )
  const read = entries.flatMap(([model, given]) => (given === INVALID ? [] : [[model, given] as const]))
  return read.length === entries.length ? Object.fromEntries(read) : INVALID
}
