import type { BreakerPhase } from '../routing/route-input.ts'

/** Failures in a row after which an endpoint rests. */
export const BREAKER_FAILURES = 5
/** How long it rests before one call may try it again, in milliseconds. */
export const BREAKER_REST_MS = 60_000

/** The circuit breaker of one endpoint, as it is stored. */
export interface BreakerState {
  /** Failures in a row. */
  readonly failures: number
  /** Set once it has opened: until then no call passes; after, one at a time. Milliseconds since the epoch. */
  readonly restsUntilMs?: number
  /** The call that tries the endpoint after its rest. A lease: a probe that never reports is given up. */
  readonly probe?: BreakerProbe
}

export interface BreakerProbe {
  readonly attemptId: string
  readonly expiresAtMs: number
}

export const CLOSED_BREAKER: BreakerState = { failures: 0 }

/** What a finished call says about its endpoint; `neither` for one that says nothing, such as a cancelled one. */
export type EndpointSign = 'success' | 'failure' | 'neither'

/** How a breaker stands at a moment. */
export function breakerPhase({ restsUntilMs }: BreakerState, nowMs: number): BreakerPhase {
  if (restsUntilMs === undefined) return 'closed'
  return nowMs < restsUntilMs ? 'open' : 'half-open'
}

/** Whether it is not closed, or has failures to forget. */
export function isUnwell({ failures, restsUntilMs }: BreakerState): boolean {
  return failures > 0 || restsUntilMs !== undefined
}

export type BreakerPass =
  /** The state with the probe in it where the call is one. */
  | { readonly passes: true; readonly state: BreakerState }
  /** For how long it is of no use to ask again, in milliseconds. */
  | { readonly passes: false; readonly waitMs: number }

/**
 * Asks whether a call may be sent. Asking again for the call that holds the probe gives the same answer.
 * @param call its attempt id and the longest that it can take, in milliseconds
 */
export function passBreaker(
  state: BreakerState,
  call: { readonly attemptId: string; readonly leaseMs: number },
  nowMs: number,
): BreakerPass {
  const { restsUntilMs, probe } = state
  if (restsUntilMs === undefined) return { passes: true, state }
  if (nowMs < restsUntilMs) return { passes: false, waitMs: restsUntilMs - nowMs }
  const isTaken = probe !== undefined && probe.attemptId !== call.attemptId && nowMs < probe.expiresAtMs
  if (isTaken) return { passes: false, waitMs: probe.expiresAtMs - nowMs }
  return {
    passes: true,
    state: { ...state, probe: { attemptId: call.attemptId, expiresAtMs: nowMs + call.leaseMs } },
  }
}

/**
 * What a finished call changes. Once the breaker has opened only its probe decides: calls that were under way before
 * say nothing new. A probe that failed, or says nothing, starts another rest or frees the place.
 */
export function noteCall(
  state: BreakerState,
  { attemptId, sign }: { readonly attemptId: string; readonly sign: EndpointSign },
  nowMs: number,
): BreakerState {
  const { failures, restsUntilMs, probe } = state
  if (restsUntilMs === undefined) return noteWhileClosed(failures, sign, nowMs)
  if (probe?.attemptId !== attemptId) return state
  if (sign === 'success') return CLOSED_BREAKER
  if (sign === 'neither') return { failures, restsUntilMs }
  return { failures: failures + 1, restsUntilMs: nowMs + BREAKER_REST_MS }
}

function noteWhileClosed(failures: number, sign: EndpointSign, nowMs: number): BreakerState {
  if (sign === 'success') return CLOSED_BREAKER
  if (sign === 'neither') return { failures }
  const all = failures + 1
  return all < BREAKER_FAILURES ? { failures: all } : { failures: all, restsUntilMs: nowMs + BREAKER_REST_MS }
}
