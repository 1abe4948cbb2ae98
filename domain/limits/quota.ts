import type { QuotaPool } from '../catalog/quota-pool.ts'

/** What a quota pool has in use at the moment of a decision. */
export interface PoolTally {
  /** Calls under way whose lease has not expired. */
  readonly openCalls: number
  /** Requests that were admitted during the last minute, and their input and output tokens. */
  readonly requestsInMinute: number
  readonly tokensInMinute: number
  /** How long ago the oldest of them was admitted, in milliseconds. Absent: there was none. */
  readonly oldestAgoMs?: number
  /** How long the vendor asked to send nothing more, in milliseconds; 0 when it did not. */
  readonly pausedForMs: number
  /** The time that a call takes, in milliseconds, for estimates. Absent: unknown. */
  readonly typicalCallMs?: number
}

/** Those who go first. */
export interface Ahead {
  readonly calls: number
  readonly tokens: number
}

export type PoolPass =
  | { readonly passes: true }
  | {
      readonly passes: false
      /** When it is worth asking again, in milliseconds: an estimate, except for a pause. */
      readonly waitMs: number
      /** Follows the pool's name: `pauses for 20 s as its vendor asked`. */
      readonly reason: string
    }

const MINUTE_MS = 60_000
/** A call of unknown length is taken to last this long, in milliseconds. */
const ASSUMED_CALL_MS = 1000
/** Asking more often than this would be a busy loop, in milliseconds. */
const SHORTEST_WAIT_MS = 250
/** An estimate may be wrong: nobody sleeps through his turn for longer than this, in milliseconds. */
const LONGEST_WAIT_MS = 60_000
/** After a pause, those who wait come one after the other, in milliseconds each. */
const STAGGER_MS = 10

/** Asks whether a call of `tokens` may go to a pool now, with others ahead of it who wait already. */
export function passPool(limits: QuotaPool, tally: PoolTally, tokens: number, ahead: Ahead): PoolPass {
  const waits = [
    pauseOf(tally, ahead),
    concurrencyWait(limits, tally, ahead),
    requestWait(limits, tally, ahead),
    tokenWait(limits, tally, tokens, ahead),
  ].flatMap((wait) => wait ?? [])
  const [longest] = waits.toSorted((left, right) => right.waitMs - left.waitMs)
  return longest === undefined ? { passes: true } : { passes: false, ...longest }
}

interface Wait {
  readonly waitMs: number
  readonly reason: string
}

// Exact: not shortened, since until then nobody goes.
function pauseOf({ pausedForMs }: PoolTally, { calls }: Ahead): Wait | undefined {
  if (pausedForMs <= 0) return undefined
  const seconds = Math.ceil(pausedForMs / 1000)
  return {
    waitMs: Math.ceil(pausedForMs) + calls * STAGGER_MS,
    reason: `pauses for ${seconds} s as its vendor asked`,
  }
}

function concurrencyWait(
  { concurrency }: QuotaPool,
  { openCalls, typicalCallMs = ASSUMED_CALL_MS }: PoolTally,
  { calls }: Ahead,
): Wait | undefined {
  if (concurrency === undefined || openCalls + calls < concurrency) return undefined
  const turns = (openCalls + calls + 1 - concurrency) / concurrency
  return {
    waitMs: bounded(turns * typicalCallMs),
    reason: `has all its ${concurrency} places taken, with ${calls} calls ahead`,
  }
}

function requestWait(
  { requestsPerMinute }: QuotaPool,
  { requestsInMinute, oldestAgoMs = 0 }: PoolTally,
  { calls }: Ahead,
): Wait | undefined {
  if (requestsPerMinute === undefined || requestsInMinute + calls < requestsPerMinute) return undefined
  const turns = (requestsInMinute + calls + 1 - requestsPerMinute) / requestsPerMinute
  return {
    waitMs: bounded(Math.max(MINUTE_MS - oldestAgoMs, turns * MINUTE_MS - oldestAgoMs)),
    reason: `has had its ${requestsPerMinute} requests of this minute, with ${calls} calls ahead`,
  }
}

function tokenWait(
  { tokensPerMinute }: QuotaPool,
  { tokensInMinute, oldestAgoMs = 0 }: PoolTally,
  tokens: number,
  ahead: Ahead,
): Wait | undefined {
  if (tokensPerMinute === undefined) return undefined
  // A call larger than the limit goes when nothing else does: the vendor may still take it.
  const needed = Math.min(tokens, tokensPerMinute)
  const over = tokensInMinute + ahead.tokens + needed - tokensPerMinute
  if (over <= 0) return undefined
  return {
    waitMs: bounded(Math.max(MINUTE_MS - oldestAgoMs, (over / tokensPerMinute) * MINUTE_MS - oldestAgoMs)),
    reason: `has no room for ${tokens} tokens: ${tokensInMinute} of its ${tokensPerMinute} per minute are used`,
  }
}

/** A little early rather than late: whoever is early is told again, whoever is late leaves a place empty. */
const EARLINESS = 0.9

function bounded(estimateMs: number): number {
  return Math.ceil(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, estimateMs * EARLINESS)))
}
