import * as fc from 'fast-check'
import { beginLegs, type LegEvent, type Legs, type LegStep, transition } from '../../../domain/legs/legs.ts'
import { describe, expect, it } from 'vitest'
import type { LegRule } from '../../../domain/legs/strategy.ts'

const rules: fc.Arbitrary<LegRule> = fc.oneof(
  fc.record({ kind: fc.constant('hedge' as const), legs: fc.integer({ min: 2, max: 6 }), afterMs: fc.nat() }),
  fc.record({ kind: fc.constant('race' as const), legs: fc.integer({ min: 2, max: 6 }) }),
  fc
    .record({
      kind: fc.constant('consensus' as const),
      legs: fc.integer({ min: 2, max: 6 }),
      agree: fc.nat(),
    })
    .map((rule) => ({ ...rule, agree: 2 + (rule.agree % (rule.legs - 1)) })),
)

const choices = fc.array(
  fc.record({
    what: fc.constantFrom('good', 'good', 'good', 'poor', 'failed', 'patience', 'cancel'),
    pick: fc.nat(),
    key: fc.constantFrom('a', 'b', 'c'),
  }),
  { maxLength: 25 },
)
type Choice = { readonly what: string; readonly pick: number; readonly key: string }

const runs = fc.record({ rule: rules, models: fc.integer({ min: 0, max: 7 }), choices })

interface Walk {
  readonly steps: readonly LegStep[]
  readonly events: readonly LegEvent[]
}

/** Legs that were asked end one after the other, as chosen, until nothing is open. */
function walk({
  rule,
  models,
  choices: chosen,
}: {
  readonly rule: LegRule
  readonly models: number
  readonly choices: readonly Choice[]
}): Walk {
  const steps = [beginLegs(rule, models)]
  const events: LegEvent[] = []
  const open = [...(steps[0]?.start ?? [])]
  for (const choice of chosen) {
    const step = steps.at(-1)
    if (step === undefined) break
    const event = toEvent(choice, open)
    if (event === undefined) continue
    const next = transition(step.state, event)
    events.push(event)
    steps.push(next)
    open.push(...next.start)
  }
  return { steps, events }
}

/** Takes the leg that it is about out of those that are open. */
function toEvent({ what, pick, key }: Choice, open: number[]): LegEvent | undefined {
  if (what === 'patience') return { type: 'patience-ended' }
  // Rare, or few runs would get far.
  if (what === 'cancel') return pick % 5 === 0 ? { type: 'call-cancelled' } : undefined
  const [leg] = open.splice(pick % Math.max(1, open.length), 1)
  if (leg === undefined) return undefined
  if (what === 'failed') return { type: 'leg-failed', leg }
  return { type: 'leg-answered', leg, verdict: { isGood: what === 'good', key } }
}

const running = ({ legs }: Legs): readonly number[] =>
  legs.flatMap(({ phase }, index) => (phase === 'running' ? [index] : []))

const check = (property: (run: Walk, rule: LegRule) => void): void =>
  fc.assert(
    fc.property(runs, (run) => property(walk(run), run.rule)),
    { numRuns: 500 },
  )

describe('whatever the legs do', () => {
  it('each is asked once at most, in the order of the models', () => {
    check(({ steps }) => {
      const started = steps.flatMap(({ start }) => start)
      expect(started).toEqual(started.map((_, index) => index))
    })
  })

  it('it is decided once, and stays so', () => {
    check(({ steps }) => {
      const outcomes = steps.map(({ state }) => (state.phase === 'won' ? state.winner : state.phase))
      const decided = outcomes.filter((outcome) => outcome !== 'asking')
      expect(new Set(decided).size).toBeLessThanOrEqual(1)
      expect(outcomes.slice(outcomes.length - decided.length)).toEqual(decided)
    })
  })

  it('every leg that runs when it is decided is stopped, then and only then', () => {
    check(({ steps }) => {
      for (const [index, { state, cancel }] of steps.entries()) {
        const isDecisive = state.phase !== 'asking' && steps[index - 1]?.state.phase === 'asking'
        expect(cancel).toEqual(isDecisive ? running(state) : [])
      }
    })
  })

  it('nobody is asked after it is decided', () => {
    check(({ steps }) => {
      for (const { state, start } of steps) if (state.phase !== 'asking') expect(start).toEqual([])
    })
  })

  it('somebody is being asked as long as it is not decided', () => {
    check(({ steps }) => {
      for (const { state } of steps) if (state.phase === 'asking') expect(running(state)).not.toEqual([])
    })
  })

  it('it survives being stored', () => {
    check(({ steps }) => {
      for (const { state } of steps) expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    })
  })
})

describe('a hedge or a race', () => {
  it('is won by a good answer whenever one comes, and by the first', () => {
    check(({ steps, events }, rule) => {
      if (rule.kind === 'consensus') return
      const first = events.find((event) => event.type === 'call-cancelled' || isGood(event))
      const state = steps.at(-1)?.state
      if (first?.type === 'leg-answered') expect(state).toMatchObject({ phase: 'won', winner: first.leg })
      else if (first !== undefined) expect(state?.phase).not.toBe('asking')
    })
  })

  it('is lost only without any answer', () => {
    check(({ steps }, rule) => {
      const state = steps.at(-1)?.state
      if (rule.kind === 'consensus' || state?.phase !== 'lost' || state.isCancelled) return
      expect(state.legs.map(({ phase }) => phase)).toEqual(state.legs.map(() => 'failed'))
    })
  })
})

describe('a consensus', () => {
  it('is won exactly when enough good answers are the same, and lost exactly when no completion can win', () => {
    check(({ steps }, rule) => {
      if (rule.kind !== 'consensus') return
      for (const { state } of steps) {
        if (state.phase === 'lost' && state.isCancelled) return
        const keys = state.legs.flatMap((leg) =>
          leg.phase === 'answered' && leg.verdict.isGood ? [leg.verdict.key] : [],
        )
        const most = Math.max(0, ...keys.map((key) => keys.filter((other) => other === key).length))
        if (most >= rule.agree) expect(state.phase).toBe('won')
        if (state.phase === 'won') expect(most).toBeGreaterThanOrEqual(rule.agree)
        if (state.phase === 'asking') expect(most + running(state).length).toBeGreaterThanOrEqual(rule.agree)
        if (state.phase === 'lost') expect(most + running(state).length).toBeLessThan(rule.agree)
      }
    })
  })
})

function isGood(event: LegEvent): boolean {
  return event.type === 'leg-answered' && event.verdict.isGood
}
