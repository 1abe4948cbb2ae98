import { describe, expect, it } from 'vitest'
import { isFinal } from '../../../domain/rollout/state.ts'
import { transition } from '../../../domain/rollout/transition.ts'
import { EVENTS, STATES } from './phases.ts'
import { outcome, phaseOf } from './rollouts.ts'

/** Under every step: guards, the lease and the operator's last words act whatever it waits for. */
const IN_A_STEP = {
  'harmful counts': 'rolling-back',
  'version-lost': 'rolling-back',
  'lease-lost': 'failed',
  'promote-full': 'promoting',
  abort: 'rolling-back',
}
const paused = (phase: string, resumed = phase) => ({
  ...IN_A_STEP,
  // A reading is asked for; nothing else follows from time.
  'ticked late': `paused(${phase})`,
  pause: '=',
  resume: resumed,
  'set-weight 30': `paused(${phase})`,
})
const AT_FULL = { 'harmful counts': 'rolling-back', 'version-lost': 'rolling-back', 'lease-lost': 'failed' }

/** What follows from an event in a phase, where it is not nothing (events) or a refusal (commands). */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  preparing: {
    prepared: 'shifting',
    'preparing-failed': 'failed',
    'ticked late': 'failed',
    'version-lost': 'failed',
    'lease-lost': 'failed',
    abort: 'aborted',
  },
  shifting: {
    ...IN_A_STEP,
    'shares-applied': 'observing',
    'ticked late': 'shifting',
    pause: 'paused(shifting)',
  },
  observing: {
    ...IN_A_STEP,
    'ticked late': 'analysing',
    'harmless counts': 'evaluating',
    pause: 'paused(observing)',
    promote: 'evaluating',
    'set-weight 30': 'observing',
  },
  analysing: {
    ...IN_A_STEP,
    'ticked late': 'analysing',
    'harmless counts': 'evaluating',
    pause: 'paused(analysing)',
    promote: 'evaluating',
    extend: '=',
    'set-weight 30': 'analysing',
  },
  extended: {
    ...IN_A_STEP,
    'ticked late': 'held',
    'harmless counts': 'evaluating',
    pause: 'paused(analysing)',
    promote: 'evaluating',
    extend: '=',
    'set-weight 30': 'analysing',
  },
  held: {
    ...IN_A_STEP,
    'ticked late': 'rolling-back',
    'harmless counts': 'evaluating',
    pause: 'paused(held)',
    promote: 'evaluating',
    extend: 'analysing',
    'set-weight 30': 'held',
  },
  evaluating: {
    ...IN_A_STEP,
    'ticked late': 'rolling-back',
    // They come after the evaluation's deadline.
    'harmless counts': 'rolling-back',
    'evaluation passed': 'gated',
    'evaluation failed': 'rolling-back',
    pause: 'paused(evaluating)',
    promote: 'gated',
    'set-weight 30': 'evaluating',
  },
  gated: {
    ...IN_A_STEP,
    'ticked late': 'rolling-back',
    pause: 'paused(gated)',
    'set-weight 30': 'gated',
    approve: 'shifting',
    reject: 'rolling-back',
  },
  'paused(shifting)': { ...paused('shifting'), 'shares-applied': 'paused(observing)', 'set-weight 30': '!' },
  'paused(observing)': paused('observing'),
  'paused(analysing)': paused('analysing'),
  'paused(held)': paused('held'),
  'paused(evaluating)': { ...paused('evaluating'), 'evaluation failed': 'rolling-back' },
  'paused(gated)': paused('gated'),
  promoting: {
    ...AT_FULL,
    'shares-applied': 'keeping-old',
    'ticked late': 'promoting',
    abort: 'rolling-back',
  },
  'keeping-old': {
    ...AT_FULL,
    'ticked late': 'completed',
    'harmless counts': 'completed',
    abort: 'rolling-back',
  },
  'rolling-back': { 'shares-applied': 'rolled-back', 'lease-lost': 'failed' },
  aborting: { 'shares-applied': 'aborted', 'lease-lost': 'failed' },
  completed: {},
  'rolled-back': { retry: 'preparing' },
  aborted: { retry: 'preparing' },
  failed: { retry: 'preparing' },
}

const pairs = Object.entries(STATES).flatMap(([phase, state]) =>
  Object.entries(EVENTS).map(([name, make]) => ({ phase, state, name, event: make(state) })),
)

describe('every event in every phase', () => {
  it('is looked at for every phase that there is, and for every pausable one in a pause', () => {
    expect(Object.keys(EXPECTED)).toEqual(Object.keys(STATES))
    expect(pairs).toHaveLength(22 * 26)
  })

  it.each(Object.keys(STATES))('%s goes where it should', (phase) => {
    const found = Object.fromEntries(
      pairs
        .filter((pair) => pair.phase === phase)
        .map(({ state, name, event }) => [name, outcome(state, transition(state, event))]),
    )
    const wanted = Object.fromEntries(
      Object.entries(EVENTS).map(([name, make]) => {
        const isCommand = Object.values(STATES).some((state) => make(state).kind === 'commanded')
        return [name, EXPECTED[phase]?.[name] ?? (isCommand ? '!' : '=')]
      }),
    )
    expect(found).toEqual(wanted)
  })

  it('refuses with a sentence and without a trace', () => {
    for (const { state, event } of pairs) {
      const { refusal, state: next, actions } = transition(state, event)
      if (refusal === undefined) continue
      expect(refusal).toMatch(/\w+ \w+ \w+/)
      expect(next).toBe(state)
      expect(actions).toEqual([])
    }
  })

  it('leaves a state that survives JSON', () => {
    for (const { state, event } of pairs) {
      const next = transition(state, event).state
      expect(JSON.parse(JSON.stringify(next))).toEqual(next)
    }
  })

  it('gives no orders once the rollout has ended, but to begin anew', () => {
    for (const { state, event, name } of pairs) {
      if (!isFinal(state.stage) || name === 'retry') continue
      expect(transition(state, event).actions).toEqual([])
    }
  })

  it('numbers every change of shares anew, once', () => {
    for (const { state, event } of pairs) {
      const { state: next, actions } = transition(state, event)
      const changes = actions.flatMap((action) =>
        action.kind === 'set-shares' || action.kind === 'revert' ? [action.change] : [],
      )
      expect(changes).toEqual(next.change === state.change ? [] : [state.change + 1])
    }
  })

  it('reverts to the version that held 100 % whenever it rolls back', () => {
    for (const { state, event } of pairs) {
      const { state: next, actions } = transition(state, event)
      if (phaseOf(next) !== 'rolling-back' || phaseOf(state) === 'rolling-back') continue
      expect(actions).toEqual([{ kind: 'revert', change: state.change + 1, toVersion: 'v1' }])
      expect([next.canaryPercent, next.mirrorPercent]).toEqual([0, 0])
    }
  })

  it('takes a command once, and says the same when it is sent again', () => {
    for (const { state, event } of pairs) {
      if (event.kind !== 'commanded') continue
      const first = transition(state, event)
      if (first.refusal !== undefined) continue
      expect(transition(first.state, event)).toEqual({ state: first.state, actions: [] })
    }
  })
})
