import { describe, expect, it } from 'vitest'
import {
  after,
  COMMANDS,
  describeTraffic,
  NOW,
  OTHER,
  ROLLOUT,
  shares,
  STATES,
  TTL,
} from './traffic-states.ts'
import { changeTraffic } from '../../../domain/traffic/change-traffic.ts'
import { sharesProblem } from '../../../domain/rollout/assign.ts'
import { snapshotOf } from '../../../domain/traffic/traffic-state.ts'

type Outcomes = Readonly<Record<keyof typeof COMMANDS, string>>

const FREE = 'nobody holds the lease of chat: take it first'
const TAKEN = 'chat is being rolled out by rollout-7 to v2; one at a time'
const NOT_YOURS = 'the lease of chat belongs to rollout-7'

/** Where nobody holds the lease. */
function free(state: string, changes: Partial<Outcomes> = {}): Outcomes {
  return {
    register: state,
    tick: state,
    'take-lease': `${state}; lease v2`,
    'take-lease by another': `${state}; lease v3`,
    'renew-lease': FREE,
    'set-shares': FREE,
    'set-shares by another': FREE,
    revert: FREE,
    'release kept': FREE,
    'release rolled-back': FREE,
    ...changes,
  }
}

/** Where `rollout-7` holds it for `v2`. */
function leased(state: string, changes: Partial<Outcomes> = {}): Outcomes {
  const same = `${state}; lease v2`
  return {
    register: same,
    tick: same,
    'take-lease': same,
    'take-lease by another': TAKEN,
    'renew-lease': same,
    'set-shares': 'v2 15, v1 85; stable v1; lease v2',
    'set-shares by another': NOT_YOURS,
    revert: 'v1 100; stable v1; lease v2',
    'release kept': state,
    'release rolled-back': 'v1 100; stable v1',
    ...changes,
  }
}

/** Given back by `rollout-7`: asking again is no mistake. */
function released(state: string, changes: Partial<Outcomes> = {}): Outcomes {
  return free(state, { 'release kept': state, 'release rolled-back': state, ...changes })
}

const EXPECTED: Readonly<Record<keyof typeof STATES, Outcomes>> = {
  fresh: free('v1 100; stable v1'),
  leased: leased('v1 100; stable v1'),
  'at 5 %': leased('v2 5, v1 95; stable v1'),
  'at 100 %': leased('v2 100; stable v1', { 'release kept': 'v2 100; stable v2' }),
  mirrored: leased('v1 100; copies v2 20; stable v1', { 'release kept': 'v1 100; stable v1' }),
  reverted: leased('v1 100; stable v1'),
  promoted: released('v2 100; stable v2', {
    'take-lease': 'v2 is the stable version of chat already: it holds all traffic',
  }),
  'kept at 5 %': released('v2 5, v1 95; stable v1'),
  'rolled back': released('v1 100; stable v1'),
}

const pairs = Object.entries(EXPECTED).flatMap(([state, outcomes]) =>
  Object.entries(outcomes).map(([command, outcome]) => ({ state, command, outcome })),
)

function stateOf(name: string) {
  const found = Object.entries(STATES).find(([state]) => state === name)
  if (found === undefined) throw new Error(name)
  return found[1]
}

function commandOf(name: string) {
  const found = Object.entries(COMMANDS).find(([command]) => command === name)
  if (found === undefined) throw new Error(name)
  return found[1]
}

describe('what a command makes of a state', () => {
  it.each(pairs)('$state: $command', ({ state, command, outcome }) => {
    const before = stateOf(state)
    const { state: next, refusal } = changeTraffic(before, commandOf(command), NOW + 1)
    expect(refusal?.reason ?? describeTraffic(next)).toBe(outcome)
    if (refusal !== undefined) expect(next).toEqual(before)
    expect(sharesProblem(next.arms)).toBeUndefined()
  })

  it.each(pairs)('$state: $command twice is as good as once', ({ state, command }) => {
    const once = changeTraffic(stateOf(state), commandOf(command), NOW + 1)
    const twice = changeTraffic(once.state, commandOf(command), NOW + 1)
    expect(twice).toEqual(once)
  })

  it.each(pairs)(
    '$state: $command grows the epoch exactly where the snapshot changes',
    ({ state, command }) => {
      const before = stateOf(state)
      const { state: next } = changeTraffic(before, commandOf(command), NOW + 1)
      const { epoch: then, ...was } = snapshotOf(before)
      const { epoch: now, ...is } = snapshotOf(next)
      expect(now - then).toBe(JSON.stringify(was) === JSON.stringify(is) ? 0 : 1)
    },
  )
})

describe('a lease', () => {
  it('that is not renewed in time ends, and its shares go back', () => {
    const state = STATES['at 5 %']
    expect(changeTraffic(state, { kind: 'tick' }, NOW + TTL - 1).state).toEqual(state)
    const { state: ended } = changeTraffic(state, { kind: 'tick' }, NOW + TTL)
    expect(describeTraffic(ended)).toBe('v1 100; stable v1')
    expect(ended.versions).toContainEqual({ version: 'v2', status: 'rolled-back', sinceMs: NOW + TTL })
    expect(ended.history.at(-1)).toMatchObject({
      by: 'switchyard',
      text: 'the lease of rollout-7 ended without being renewed; v1 has all traffic',
    })
  })

  it('that has ended reverts even from 100 %, and is refused to its holder', () => {
    const late = NOW + TTL
    expect(describeTraffic(changeTraffic(STATES['at 100 %'], { kind: 'tick' }, late).state)).toBe(
      'v1 100; stable v1',
    )
    for (const name of ['renew-lease', 'set-shares', 'revert', 'release kept'] as const) {
      expect(changeTraffic(STATES['at 100 %'], COMMANDS[name], late).refusal).toEqual({
        kind: 'lease',
        reason: 'the lease of chat has expired',
      })
    }
  })

  it('lasts from its last renewal', () => {
    const { state } = changeTraffic(STATES['at 5 %'], COMMANDS['renew-lease'], NOW + TTL - 1)
    expect(changeTraffic(state, { kind: 'tick' }, NOW + TTL + 1).state).toEqual(state)
  })

  it('that has ended is free for another one', () => {
    const { state } = changeTraffic(STATES['at 5 %'], COMMANDS['take-lease by another'], NOW + TTL)
    expect(describeTraffic(state)).toBe('v1 100; stable v1; lease v3')
  })

  it('of another run of the same workflow is another holder', () => {
    const { refusal } = changeTraffic(STATES.leased, { kind: 'renew-lease', ...ROLLOUT, runId: 'run-9' }, NOW)
    expect(refusal?.kind).toBe('lease')
  })

  it('is about one version until it is given back', () => {
    const { refusal } = changeTraffic(STATES['at 5 %'], { ...COMMANDS['take-lease'], version: 'v3' }, NOW)
    expect(refusal).toEqual({
      kind: 'command',
      reason: 'rollout-7 holds the lease of chat for v2: give it back first',
    })
  })

  it('given back as failed is not promoted, whatever the shares are', () => {
    const { state } = changeTraffic(STATES['at 100 %'], COMMANDS['release rolled-back'], NOW)
    expect(describeTraffic(state)).toBe('v1 100; stable v1')
    expect(state.versions.map(({ status }) => status)).toEqual(['active', 'rolled-back', 'registered'])
  })

  it('given back once is not given back again by whoever comes later', () => {
    const taken = changeTraffic(STATES['rolled back'], COMMANDS['take-lease by another'], NOW).state
    expect(changeTraffic(taken, COMMANDS['release kept'], NOW).refusal?.reason).toBe(
      'the lease of chat belongs to rollout-8',
    )
    expect(
      changeTraffic(STATES.promoted, { ...COMMANDS['release kept'], ...OTHER }, NOW).refusal?.reason,
    ).toBe(FREE)
  })
})

describe('shares', () => {
  it('of an earlier change are not set again', () => {
    const state = after(COMMANDS['take-lease'], shares(1, 5), shares(2, 15))
    expect(changeTraffic(state, shares(1, 5), NOW).state).toEqual(state)
    expect(changeTraffic(state, { kind: 'revert', ...ROLLOUT, change: 2 }, NOW).state).toEqual(state)
  })

  it.each([
    [101, 0, 'a share goes from 0 to 100, not 101 and 0'],
    [-1, 0, 'a share goes from 0 to 100, not -1 and 0'],
    [5, 300, 'a share goes from 0 to 100, not 5 and 300'],
    [Number.NaN, 0, 'a share goes from 0 to 100, not NaN and 0'],
  ])('of %d and %d %% are refused', (canary, mirror, reason) => {
    expect(changeTraffic(STATES.leased, shares(1, canary, mirror), NOW).refusal).toEqual({
      kind: 'command',
      reason,
    })
  })

  it('of nothing do not make a version active', () => {
    const { state } = changeTraffic(STATES.leased, shares(1, 0), NOW)
    expect(state.versions.map(({ status }) => status)).toEqual(['active', 'registered', 'registered'])
  })

  it('name the version that has them in the history', () => {
    expect(STATES.mirrored.history.at(-1)?.text).toBe('v2 gets 0 %, 20 % as a copy')
  })
})

describe('a version', () => {
  it('that nobody knows gets no rollout', () => {
    const { refusal } = changeTraffic(STATES.fresh, { ...COMMANDS['take-lease'], version: 'v9' }, NOW)
    expect(refusal?.reason).toBe('chat has no version v9; it has v1, v2, v3')
  })

  it('that holds everything becomes the stable one with its release, and the old one rests', () => {
    expect(STATES.promoted.versions.map(({ status }) => status)).toEqual(['inactive', 'active', 'registered'])
    expect(STATES.promoted.history.at(-1)?.text).toBe('v2 is the stable version now')
  })

  it('that the catalog has since is added', () => {
    const { state } = changeTraffic(STATES.fresh, COMMANDS.register, NOW + 7)
    expect(state.versions.at(-1)).toEqual({ version: 'v4', status: 'registered', sinceMs: NOW + 7 })
  })
})

it('the history keeps its last hundred entries', () => {
  const many = Array.from({ length: 150 }, (_, index) => shares(index + 1, index % 2))
  const { history } = after(COMMANDS['take-lease'], ...many)
  expect(history).toHaveLength(100)
  expect(history.at(-1)?.text).toBe('v2 gets 1 %')
})
