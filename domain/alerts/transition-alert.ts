import type { FindingStatus } from './finding.ts'

/** How long something must last before it is believed. Milliseconds. */
export interface Hysteresis {
  /** An alert fires when it was breached at every look for so long; 0: at the first. */
  readonly openAfterMs: number
  /** It resolves when it was clear at every look for so long; 0: at the first. */
  readonly resolveAfterMs: number
}

/** An alert's state. Times are milliseconds since the epoch. */
export type AlertState =
  /** Breached, but not for long enough to tell anybody. */
  | { readonly phase: 'pending'; readonly firstBreachedAtMs: number }
  | {
      readonly phase: 'open'
      readonly firstBreachedAtMs: number
      readonly openedAtMs: number
      /** Since when every look found it clear. */
      readonly clearSinceMs?: number
    }
  | {
      readonly phase: 'resolved'
      readonly firstBreachedAtMs: number
      readonly openedAtMs: number
      readonly resolvedAtMs: number
    }

/** `absent`: its rule was evaluated and found nothing about it. */
export interface AlertLook {
  readonly status: FindingStatus | 'absent'
  readonly atMs: number
}

export interface AlertTransition {
  /** Absent: there is nothing to keep. */
  readonly state?: AlertState
  /** What is to be told, once. */
  readonly event?: 'fired' | 'resolved'
}

/** What follows from one look at a subject. A resolved alert stays as it is: a new breach begins a new one. */
export function transitionAlert(
  state: AlertState | undefined,
  look: AlertLook,
  hysteresis: Hysteresis,
): AlertTransition {
  switch (state?.phase) {
    case undefined:
      return look.status === 'breached' ? breached(look.atMs, look.atMs, hysteresis) : {}
    case 'pending':
      return fromPending(state, look, hysteresis)
    case 'open':
      return fromOpen(state, look, hysteresis)
    case 'resolved':
      return { state }
  }
}

function breached(firstBreachedAtMs: number, atMs: number, { openAfterMs }: Hysteresis): AlertTransition {
  if (atMs - firstBreachedAtMs < openAfterMs) return { state: { phase: 'pending', firstBreachedAtMs } }
  return { state: { phase: 'open', firstBreachedAtMs, openedAtMs: atMs }, event: 'fired' }
}

function fromPending(
  state: AlertState & { readonly phase: 'pending' },
  { status, atMs }: AlertLook,
  hysteresis: Hysteresis,
): AlertTransition {
  if (status === 'breached') return breached(state.firstBreachedAtMs, atMs, hysteresis)
  return status === 'holding' ? { state } : {}
}

function fromOpen(
  { firstBreachedAtMs, openedAtMs, clearSinceMs }: AlertState & { readonly phase: 'open' },
  { status, atMs }: AlertLook,
  { resolveAfterMs }: Hysteresis,
): AlertTransition {
  const begun = { firstBreachedAtMs, openedAtMs }
  if (status === 'breached' || status === 'holding') return { state: { phase: 'open', ...begun } }
  const since = clearSinceMs ?? atMs
  if (atMs - since < resolveAfterMs) return { state: { phase: 'open', ...begun, clearSinceMs: since } }
  return { state: { phase: 'resolved', ...begun, resolvedAtMs: atMs }, event: 'resolved' }
}
