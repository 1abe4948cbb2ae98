import { describe, expect, it } from 'vitest'
import { nextHostState } from '../../../providers/local/host-state.ts'
import type { HostEvent, HostState } from '../../../providers/local/host-state.ts'

const LOAD: readonly HostEvent[] = [
  { type: 'started' },
  { type: 'memory-reserved' },
  { type: 'weights-loaded' },
  { type: 'warm-up-ended' },
  { type: 'probe-passed' },
]

function after(...events: readonly HostEvent[]): HostState {
  return events.reduce(nextHostState, { phase: 'absent' } as HostState)
}

describe('the state of a model host', () => {
  it('goes through every phase of a load to ready', () => {
    const phases = LOAD.map((_, index) => after(...LOAD.slice(0, index + 1)).phase)
    expect(phases).toEqual(['reserving', 'loading', 'warming', 'probing', 'ready'])
  })

  it('is not ready before the probe has passed', () => {
    expect(after({ type: 'started' }, { type: 'probe-passed' })).toEqual({ phase: 'reserving' })
  })

  it('is absent after an unload that was asked for', () => {
    const events: HostEvent[] = [
      { type: 'drain-requested' },
      { type: 'unload-began' },
      { type: 'exited', reason: 'code 0' },
    ]
    expect(after(...LOAD, ...events)).toEqual({ phase: 'absent' })
  })

  it.each([0, 1, 2, 3, 4, 5])('has failed when the process goes after %i steps of the load', (steps) => {
    const state = after({ type: 'started' }, ...LOAD.slice(0, steps), { type: 'exited', reason: 'SIGKILL' })
    expect(state).toEqual({ phase: 'failed', reason: 'SIGKILL' })
  })

  it('keeps the first reason of a failure', () => {
    const state = after(
      { type: 'started' },
      { type: 'load-failed', reason: 'too big' },
      { type: 'exited', reason: 'SIGKILL' },
    )
    expect(state).toEqual({ phase: 'failed', reason: 'too big' })
  })
})
