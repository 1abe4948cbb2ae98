import type { LegRule } from './strategy.ts'

/** What an answer is worth. */
export interface AnswerVerdict {
  /** False for one that counts only when nothing better comes: a refusal, or no JSON where JSON was asked for. */
  readonly isGood: boolean
  /** What answers that say the same have in common; absent where nobody compares them. */
  readonly key?: string
}

export type LegState =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'running' }
  | { readonly phase: 'answered'; readonly verdict: AnswerVerdict }
  | { readonly phase: 'failed' }

/** The legs of one call, by index from 0, and what is decided about them. JSON-safe. */
export type Legs = { readonly rule: LegRule; readonly legs: readonly LegState[] } & (
  | { readonly phase: 'asking' }
  /** `winner`: the leg whose answer is the call's. */
  | { readonly phase: 'won'; readonly winner: number }
  /** There is no answer, and will be none. */
  | { readonly phase: 'lost'; readonly isCancelled: boolean }
)

export type LegEvent =
  | { readonly type: 'leg-answered'; readonly leg: number; readonly verdict: AnswerVerdict }
  | { readonly type: 'leg-failed'; readonly leg: number }
  /** The time after which one more leg is asked has passed. */
  | { readonly type: 'patience-ended' }
  /** Nobody wants an answer any more. */
  | { readonly type: 'call-cancelled' }

/** Where the legs stand after an event, and what is to be done about it. */
export interface LegStep {
  readonly state: Legs
  /** Legs to ask. */
  readonly start: readonly number[]
  /** Legs to stop: they run, and what they answer is not needed. */
  readonly cancel: readonly number[]
}

const RUNNING: LegState = { phase: 'running' }

/** Begins with as many legs as there are models for it, at most those that the rule wants; lost at once with too few. */
export function beginLegs(rule: LegRule, modelCount: number): LegStep {
  const count = Math.min(rule.legs, modelCount)
  const legs = Array.from({ length: count }, (): LegState => ({ phase: 'waiting' }))
  if (count < (rule.kind === 'consensus' ? rule.agree : 1)) {
    return decided({ phase: 'lost', isCancelled: false, rule, legs })
  }
  const start = rule.kind === 'hedge' ? legs.slice(0, 1) : legs
  return asking(
    { phase: 'asking', rule, legs },
    start.map((_, leg) => leg),
  )
}

/** What follows from an event. After the decision, events only complete the record of the legs. */
export function transition(state: Legs, event: LegEvent): LegStep {
  const known = record(state, event)
  const isStale = 'leg' in event && known === state
  if (known.phase !== 'asking' || isStale) return { state: known, start: [], cancel: [] }
  if (event.type === 'call-cancelled') return decided({ ...known, phase: 'lost', isCancelled: true })
  const next = decide(known)
  if (next.phase !== 'asking') return decided(next)
  return asking(next, nextWaiting(next))
}

/** How long to be patient with the legs that run before one more is asked, in milliseconds; `undefined`: for ever. */
export function patienceMs({ phase, rule, legs }: Legs): number | undefined {
  const mayAskMore = phase === 'asking' && rule.kind === 'hedge' && legs.some(isWaiting)
  return mayAskMore ? rule.afterMs : undefined
}

/** Whether a leg gave the answer that won; `undefined` where answers are not compared, or none won. */
export function agreedWithWinner(state: Legs, leg: number): boolean | undefined {
  if (state.rule.kind !== 'consensus' || state.phase !== 'won') return undefined
  const key = keyOf(state.legs[state.winner])
  return key !== undefined && keyOf(state.legs[leg]) === key
}

function asking(state: Legs, start: readonly number[]): LegStep {
  const legs = state.legs.map((leg, index) => (start.includes(index) ? RUNNING : leg))
  return { state: { ...state, legs }, start, cancel: [] }
}

function decided(state: Legs): LegStep {
  const cancel = state.legs.flatMap((leg, index) => (leg.phase === 'running' ? [index] : []))
  return { state, start: [], cancel }
}

/** Notes how a leg ended; only the first end of one that ran counts. */
function record(state: Legs, event: LegEvent): Legs {
  if (!('leg' in event) || state.legs[event.leg]?.phase !== 'running') return state
  const ended: LegState =
    event.type === 'leg-answered' ? { phase: 'answered', verdict: event.verdict } : { phase: 'failed' }
  return { ...state, legs: state.legs.map((leg, index) => (index === event.leg ? ended : leg)) }
}

function decide(state: Legs): Legs {
  return state.rule.kind === 'consensus' ? decideConsensus(state, state.rule.agree) : decideFirst(state)
}

/** The first good answer wins. When none is to come any more, the best model's answer that is there. */
function decideFirst(state: Legs): Legs {
  const good = state.legs.findIndex((leg) => leg.phase === 'answered' && leg.verdict.isGood)
  if (good >= 0) return { ...state, phase: 'won', winner: good }
  if (state.legs.some((leg) => isWaiting(leg) || leg.phase === 'running')) return state
  const answered = state.legs.findIndex(({ phase }) => phase === 'answered')
  return answered >= 0
    ? { ...state, phase: 'won', winner: answered }
    : { ...state, phase: 'lost', isCancelled: false }
}

/** Decided as soon as what is still to come cannot change it. */
function decideConsensus(state: Legs, agree: number): Legs {
  const keys = state.legs.map(keyOf)
  const votes = new Map<string, number>()
  for (const key of keys) if (key !== undefined) votes.set(key, (votes.get(key) ?? 0) + 1)
  const winner = keys.findIndex((key) => key !== undefined && (votes.get(key) ?? 0) >= agree)
  if (winner >= 0) return { ...state, phase: 'won', winner }
  const pending = state.legs.filter((leg) => leg.phase === 'running').length
  const most = Math.max(0, ...votes.values())
  return most + pending >= agree ? state : { ...state, phase: 'lost', isCancelled: false }
}

/** The key by which a leg votes; only good answers do. */
function keyOf(leg: LegState | undefined): string | undefined {
  return leg?.phase === 'answered' && leg.verdict.isGood ? leg.verdict.key : undefined
}

function nextWaiting({ legs }: Legs): readonly number[] {
  const next = legs.findIndex(isWaiting)
  return next < 0 ? [] : [next]
}

function isWaiting({ phase }: LegState): boolean {
  return phase === 'waiting'
}
