import { type Ahead, passPool, type PoolTally } from '../../domain/limits/quota.ts'
import {
  type BreakerState,
  CLOSED_BREAKER,
  type EndpointSign,
  isUnwell,
  noteCall,
  passBreaker,
} from '../../domain/limits/breaker.ts'
import { DEFAULT_PRIORITY, lineUp, nextTurn, type Ticket } from '../../domain/limits/ticket.ts'
import type { AdmissionRecord, AttemptOption } from '../ledger/ledger.ts'
import type { OptionCheck, OptionWait } from '../../domain/limits/choose-option.ts'

/** A pool as a transaction holds it. */
export interface HeldPool {
  readonly tally: PoolTally
  /** Those whose place in the line has not expired, the oldest first. */
  readonly waiting: readonly Ticket[]
}

/** What the transaction's clock says and what stands in the tables, all of it locked. */
export interface HeldLimits {
  readonly nowMs: number
  readonly pools: ReadonlyMap<string, HeldPool>
  /** Only breakers that are not closed, or have failures to forget. */
  readonly breakers: ReadonlyMap<string, BreakerState>
}

/** A place in the line of a pool, and how long it is kept. */
export interface PlaceInLine {
  readonly pool: string
  readonly ticket: Ticket
  readonly waitMs: number
}

/** A call that ended, as far as limits are concerned. */
export interface EndedCall {
  readonly attemptId: string
  readonly endpoint: string
  /** Null for rows that are older than pools. */
  readonly pool: string | null
  readonly sign: EndpointSign
  /** How long its vendor asked to send nothing more, in milliseconds. */
  readonly pauseMs: number
}

const NOTHING_IN_USE: PoolTally = { openCalls: 0, requestsInMinute: 0, tokensInMinute: 0, pausedForMs: 0 }
/** Far below the clock's step: a batch keeps its order and nothing else changes. */
const BATCH_STEP_MS = 1e-3

const EMPTY_POOL: HeldPool = { tally: NOTHING_IN_USE, waiting: [] }

/**
 * Quota pools and breakers of one transaction: what it admits and settles is collected here and written once, so that
 * the calls of a batch see each other in their order.
 */
export class LimitBooks {
  readonly #held: HeldLimits
  readonly #tallies = new Map<string, PoolTally>()
  readonly #breakers: Map<string, BreakerState>
  readonly #places = new Map<string, PlaceInLine>()
  readonly #admitted = new Set<string>()
  readonly #paused = new Set<string>()
  readonly #changedBreakers = new Set<string>()

  /** @param ended calls that the transaction settles: what they say counts for all that it admits */
  constructor(held: HeldLimits, ended: readonly EndedCall[]) {
    this.#held = held
    this.#breakers = new Map(held.breakers)
    for (const call of ended) this.#note(call)
  }

  /** The transaction's clock, in milliseconds since the epoch. */
  get nowMs(): number {
    return this.#held.nowMs
  }

  /** The records in the order in which they are decided: by priority, the tenants in turn. */
  inOrder(records: readonly AdmissionRecord[]): readonly AdmissionRecord[] {
    const line: (Ticket & { readonly record: AdmissionRecord })[] = []
    for (const [index, record] of records.entries()) {
      const { tenant } = record.operation
      const priority = record.priority ?? DEFAULT_PRIORITY
      const turn = nextTurn(line, { tenant, priority })
      line.push({ ...blankTicket(record), turn, enqueuedAtMs: index, record })
    }
    return lineUp(line).map(({ record }) => record)
  }

  /** Whether an option may go now. Changes nothing. */
  check(record: AdmissionRecord, option: AttemptOption): OptionCheck {
    const { nowMs } = this.#held
    const { candidate, quota, leaseMs } = option
    const { endpoint } = candidate
    const { attemptId } = record.attempt
    const breaker = passBreaker(this.#breakerOf(endpoint), { attemptId, leaseMs }, nowMs)
    if (!breaker.passes) {
      const reason = `${candidate.model}: its endpoint ${endpoint} failed too often and rests`
      return { passes: false, because: 'health', waitMs: breaker.waitMs, reason }
    }
    const pass = passPool(
      quota.limits,
      this.#tallyOf(quota.pool),
      quota.tokens,
      this.#aheadOf(record, quota.pool),
    )
    if (pass.passes) return pass
    const { waitMs, reason } = pass
    return {
      passes: false,
      because: 'quota',
      waitMs,
      reason: `${candidate.model}: its quota pool ${quota.pool} ${reason}`,
    }
  }

  /** Takes an option's place in its pool, and the probe of its breaker where that is half-open. */
  take({ attempt: { attemptId } }: AdmissionRecord, { candidate, quota, leaseMs }: AttemptOption): void {
    const { nowMs } = this.#held
    const tally = this.#tallyOf(quota.pool)
    this.#tallies.set(quota.pool, {
      ...tally,
      openCalls: tally.openCalls + 1,
      requestsInMinute: tally.requestsInMinute + 1,
      tokensInMinute: tally.tokensInMinute + quota.tokens,
      oldestAgoMs: tally.oldestAgoMs ?? 0,
    })
    const state = this.#breakerOf(candidate.endpoint)
    const breaker = passBreaker(state, { attemptId, leaseMs }, nowMs)
    if (breaker.passes && breaker.state !== state) this.#keepBreaker(candidate.endpoint, breaker.state)
    this.#admitted.add(attemptId)
  }

  /** Keeps the place of a call that has to wait. */
  queue(record: AdmissionRecord, { quota }: AttemptOption, { waitMs }: OptionWait): void {
    const ticket = { ...this.#ticketIn(quota.pool, record), tokens: quota.tokens }
    this.#places.set(ticket.attemptId, { pool: quota.pool, ticket, waitMs })
  }

  /** Takes note of a call that ended. Its place in the pool is free with its row. */
  #note({ attemptId, endpoint, pool, sign, pauseMs }: EndedCall): void {
    const { nowMs } = this.#held
    const state = this.#breakerOf(endpoint)
    const next = noteCall(state, { attemptId, sign }, nowMs)
    if (isUnwell(state) || isUnwell(next)) this.#keepBreaker(endpoint, next)
    if (pool === null || pauseMs <= 0) return
    const tally = this.#tallyOf(pool)
    if (pauseMs <= tally.pausedForMs) return
    this.#tallies.set(pool, { ...tally, pausedForMs: pauseMs })
    this.#paused.add(pool)
  }

  /** Pools that pause from now on, with for how long in milliseconds. */
  get pauses(): readonly { readonly pool: string; readonly pausedForMs: number }[] {
    return [...this.#paused].map((pool) => ({ pool, pausedForMs: this.#tallyOf(pool).pausedForMs }))
  }

  get breakers(): readonly { readonly endpoint: string; readonly breaker: BreakerState }[] {
    return [...this.#changedBreakers].map((endpoint) => ({
      endpoint,
      breaker: this.#breakerOf(endpoint),
    }))
  }

  /** Places in lines to keep. */
  get places(): readonly PlaceInLine[] {
    return [...this.#places.values()]
  }

  /** Calls that went and had a place in a line. */
  get served(): readonly string[] {
    const waiting = new Set(
      [...this.#held.pools.values()].flatMap((pool) => pool.waiting.map(({ attemptId }) => attemptId)),
    )
    return [...this.#admitted].filter((attemptId) => waiting.has(attemptId))
  }

  #aheadOf(record: AdmissionRecord, pool: string): Ahead {
    const line = this.#lineOf(pool)
    if (line.length === 0) return { calls: 0, tokens: 0 }
    const mine = this.#ticketIn(pool, record)
    const whole = lineUp([...line.filter(({ attemptId }) => attemptId !== mine.attemptId), mine])
    const ahead = whole.slice(0, whole.indexOf(mine))
    return { calls: ahead.length, tokens: ahead.reduce((sum, { tokens }) => sum + tokens, 0) }
  }

  /** Those who wait for a pool, as far as this transaction has come. */
  #lineOf(pool: string): readonly Ticket[] {
    const queued = [...this.#places.values()].filter((place) => place.pool === pool)
    const { waiting } = this.#poolOf(pool)
    if (waiting.length + queued.length === 0) return []
    return [
      ...waiting.filter(({ attemptId }) => !this.#admitted.has(attemptId) && !this.#places.has(attemptId)),
      ...queued.map(({ ticket }) => ticket),
    ]
  }

  /** The place that a call has in a line, or would get. */
  #ticketIn(pool: string, record: AdmissionRecord): Ticket {
    const { attemptId } = record.attempt
    const kept = this.#poolOf(pool).waiting.find((ticket) => ticket.attemptId === attemptId)
    if (kept !== undefined) return kept
    const ticket = blankTicket(record)
    const enqueuedAtMs = this.nowMs + this.#places.size * BATCH_STEP_MS
    return { ...ticket, turn: nextTurn(this.#lineOf(pool), ticket), enqueuedAtMs }
  }

  #poolOf(pool: string): HeldPool {
    return this.#held.pools.get(pool) ?? EMPTY_POOL
  }

  #tallyOf(pool: string): PoolTally {
    return this.#tallies.get(pool) ?? this.#poolOf(pool).tally
  }

  #breakerOf(endpoint: string): BreakerState {
    return this.#breakers.get(endpoint) ?? CLOSED_BREAKER
  }

  #keepBreaker(endpoint: string, state: BreakerState): void {
    this.#breakers.set(endpoint, state)
    this.#changedBreakers.add(endpoint)
  }
}

/** A call's place in a line that it has not joined yet. */
function blankTicket({ attempt, operation, priority, options }: AdmissionRecord): Ticket {
  return {
    attemptId: attempt.attemptId,
    tenant: operation.tenant,
    priority: priority ?? DEFAULT_PRIORITY,
    turn: 0,
    enqueuedAtMs: 0,
    tokens: options[0]?.quota.tokens ?? 0,
  }
}
