import { describe, expect, it } from 'vitest'
import { array, assert, constantFrom, nat, property } from 'fast-check'
import {
  type AlertLook,
  type AlertState,
  type Hysteresis,
  transitionAlert,
} from '../../../domain/alerts/transition-alert.ts'

const AT_ONCE: Hysteresis = { openAfterMs: 0, resolveAfterMs: 0 }
const PATIENT: Hysteresis = { openAfterMs: 100, resolveAfterMs: 200 }

/** The events of a series of looks, and the state after it. */
function run(looks: readonly (readonly [number, AlertLook['status']])[], hysteresis: Hysteresis) {
  let state: AlertState | undefined
  const events: string[] = []
  for (const [atMs, status] of looks) {
    const transition = transitionAlert(state, { status, atMs }, hysteresis)
    state = transition.state
    if (transition.event !== undefined) events.push(`${transition.event} ${atMs}`)
  }
  return { state, events }
}

describe('an alert', () => {
  it('fires at the first breach and resolves at the first clear look where nothing is to last', () => {
    const { events } = run(
      [
        [1, 'breached'],
        [2, 'breached'],
        [3, 'clear'],
        [4, 'clear'],
      ],
      AT_ONCE,
    )
    expect(events).toEqual(['fired 1', 'resolved 3'])
  })

  it('fires only when the breach has lasted, and a clear look in between begins anew', () => {
    expect(
      run(
        [
          [0, 'breached'],
          [99, 'breached'],
        ],
        PATIENT,
      ).events,
    ).toEqual([])
    expect(
      run(
        [
          [0, 'breached'],
          [100, 'breached'],
        ],
        PATIENT,
      ).events,
    ).toEqual(['fired 100'])
    expect(
      run(
        [
          [0, 'breached'],
          [50, 'clear'],
          [60, 'breached'],
          [110, 'breached'],
        ],
        PATIENT,
      ).events,
    ).toEqual([])
    expect(
      run(
        [
          [0, 'breached'],
          [50, 'holding'],
          [100, 'breached'],
        ],
        PATIENT,
      ).events,
    ).toEqual(['fired 100'])
  })

  it('resolves only when it was clear for long enough without a break', () => {
    const open = [
      [0, 'breached'],
      [100, 'breached'],
    ] as const
    expect(run([...open, [200, 'clear'], [399, 'clear']], PATIENT).events).toEqual(['fired 100'])
    expect(run([...open, [200, 'clear'], [400, 'clear']], PATIENT).events).toEqual([
      'fired 100',
      'resolved 400',
    ])
    expect(run([...open, [200, 'clear'], [300, 'holding'], [400, 'clear']], PATIENT).events).toEqual([
      'fired 100',
    ])
  })

  it('ends when nothing is found about it any more', () => {
    expect(
      run(
        [
          [0, 'breached'],
          [1, 'absent'],
        ],
        AT_ONCE,
      ).events,
    ).toEqual(['fired 0', 'resolved 1'])
  })

  it('stays as it ended', () => {
    const { state } = run(
      [
        [0, 'breached'],
        [1, 'clear'],
      ],
      AT_ONCE,
    )
    expect(transitionAlert(state, { status: 'breached', atMs: 2 }, AT_ONCE)).toEqual({ state })
  })

  it('keeps nothing of what was never bad', () => {
    expect(transitionAlert(undefined, { status: 'clear', atMs: 0 }, AT_ONCE)).toEqual({})
    expect(transitionAlert(undefined, { status: 'holding', atMs: 0 }, AT_ONCE)).toEqual({})
  })

  it('never says twice in a row that it fired, or that it resolved', () => {
    const status = constantFrom('breached', 'holding', 'clear', 'absent')
    assert(
      property(array(status, { maxLength: 200 }), nat(5), nat(5), (statuses, openAfterMs, resolveAfterMs) => {
        let state: AlertState | undefined
        const events: string[] = []
        for (const [atMs, found] of statuses.entries()) {
          const transition = transitionAlert(state, { status: found, atMs }, { openAfterMs, resolveAfterMs })
          state = transition.event === 'resolved' ? undefined : transition.state
          if (transition.event !== undefined) events.push(transition.event)
        }
        expect(events).toEqual(events.map((_, index) => (index % 2 === 0 ? 'fired' : 'resolved')))
      }),
    )
  })
})
