import { between } from './plan-storm.ts'
import type { CHAINS } from './storm-catalog.ts'
import { createRandom, pick } from '../../../providers/simulated/seeded-random.ts'

export const INTERVENTIONS = ['terminate', 'reset', 'cancel'] as const
/** What is done to a request from outside, once it has a call in flight. */
export type Intervention = (typeof INTERVENTIONS)[number]

export interface PlannedRequest {
  readonly requestId: string
  readonly tenant: string
  readonly user: string
  readonly task: keyof typeof CHAINS
  readonly prompt: string
  readonly intervention?: Intervention
}

export const TENANTS = ['amber', 'basin', 'cedar'] as const
const USERS = ['ada', 'bob'] as const
const TASKS = ['chat', 'summarisation', 'extraction'] as const

/** Of so many requests in a row, each intervention hits one. */
const ROUND = 30

/** How long a call takes, in milliseconds. */
const LATENCY_MS = { shortest: 1_500, longest: 8_000 }

/** A call that is interfered with must be in flight for long enough to be found, in milliseconds. */
const HELD_MS = 9_000

/** A provider that is given longer than this has hung, in milliseconds. */
export const CALL_TIMEOUT_MS = 14_000

/** Draws the request of an index from 0. The same seed and index give the same request. */
export function planRequest(seed: number, index: number): PlannedRequest {
  const random = createRandom(seed, 'request', index)
  const intervention = interventionOf(seed, index)
  const drawnMs = between(LATENCY_MS.shortest, LATENCY_MS.longest, random)
  const latencyMs = intervention === undefined ? drawnMs : HELD_MS
  const firstTokenMs = between(20, Math.floor(latencyMs / 2), random)
  const tokens = between(4, 70, random)
  const retryAfterSeconds = between(10, 20, random) / 10
  return {
    requestId: `request-${index}`,
    tenant: pick(TENANTS, random),
    user: pick(USERS, random),
    task: pick(TASKS, random),
    prompt:
      `Request ${index} of storm ${seed}. ` +
      `[[sim latency=${latencyMs} ttft=${firstTokenMs} tokens=${tokens} retry-after=${retryAfterSeconds}]]`,
    ...(intervention === undefined ? {} : { intervention }),
  }
}

/** Each intervention has a place of its own in every round. */
function interventionOf(seed: number, index: number): Intervention | undefined {
  const random = createRandom(seed, 'round', Math.floor(index / ROUND))
  const third = Math.floor(ROUND / INTERVENTIONS.length)
  return INTERVENTIONS.find(
    (_, position) => index % ROUND === position * third + between(0, third - 1, random),
  )
}

/** Draws a request that is answered soon. */
export function planShortRequest(seed: number, index: number): PlannedRequest {
  const random = createRandom(seed, 'short request', index)
  return {
    requestId: `request-${index}`,
    tenant: pick(TENANTS, random),
    user: pick(USERS, random),
    task: pick(TASKS, random),
    prompt: `Short request ${index}. [[sim latency=${between(5, 50, random)} tokens=${between(4, 30, random)}]]`,
  }
}
