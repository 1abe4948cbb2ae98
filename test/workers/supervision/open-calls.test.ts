import { describe, expect, it } from 'vitest'
import { createOpenCalls } from '../../../workers/supervision/open-calls.ts'
import { openCall } from './open-call.ts'

describe('the open calls of a worker process', () => {
  it('are those that began and have not ended', () => {
    const { calls } = createScene()
    for (const number of [1, 2, 3]) calls.take({ type: 'call-began', call: openCall(number) })
    calls.take({ type: 'call-ended', call: openCall(2) })
    expect(calls.open()).toEqual([openCall(1), openCall(3)])
  })

  it('are told apart by run and activity, since each run counts its activities from one', () => {
    const { calls } = createScene()
    const other = { ...openCall(1), runId: 'another run' }
    calls.take({ type: 'call-began', call: openCall(1) })
    calls.take({ type: 'call-began', call: other })
    calls.take({ type: 'call-ended', call: openCall(1) })
    expect(calls.open()).toEqual([other])
  })

  it('may be unrecorded for five seconds after their end', () => {
    const { calls, clock } = createScene()
    calls.take({ type: 'call-began', call: openCall(1) })
    calls.take({ type: 'call-began', call: openCall(2) })
    calls.take({ type: 'call-ended', call: openCall(2) })
    clock.nowMs = 4_999
    expect(calls.unrecorded()).toEqual([openCall(1), openCall(2)])
    clock.nowMs = 5_000
    expect(calls.unrecorded()).toEqual([openCall(1)])
    expect(calls.open()).toEqual([openCall(1)])
  })

  it('are none after a report that is not about calls', () => {
    const { calls } = createScene()
    calls.take({ type: 'serving-began' })
    expect(calls.unrecorded()).toEqual([])
  })
})

function createScene() {
  const clock = { nowMs: 0 }
  return { clock, calls: createOpenCalls(() => clock.nowMs) }
}
