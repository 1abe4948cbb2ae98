import { describe, expect, it } from 'vitest'
import { findUnreadyExecutions } from './rollout/executed-calls.ts'
import { lastPid, readNodeLog } from './rollout/node-log.ts'

const AT = '2026-11-21T12:00:0'

function line(pid: number, second: number, msg: string): string {
  return JSON.stringify({ level: 30, time: `${AT}${second}.000Z`, worker: 'gpu-node', pid, msg })
}

const LOG = [
  line(7, 0, 'chat v1: loading'),
  line(7, 1, 'chat v1: warming'),
  line(7, 2, 'chat v1: probing'),
  line(7, 3, 'chat v1: probing'),
  'not a line of the log',
  line(7, 4, 'chat v1: ready'),
  line(8, 5, 'chat v1: loading'),
  '{"level": 30, "time": "20',
].join('\n')

function call(pid: number, second: number, taskQueue = 'model.chat.v1') {
  return { workflowId: 'call/default/1', taskQueue, pid, startedAtMs: Date.parse(`${AT}${second}.000Z`) }
}

describe('the log of a node', () => {
  it('says which process had a version in which phase when', () => {
    expect(readNodeLog(LOG)).toHaveLength(6)
    expect(readNodeLog(LOG).at(-1)).toEqual({
      pid: 8,
      model: 'chat',
      version: 'v1',
      phase: 'loading',
      atMs: Date.parse(`${AT}5.000Z`),
    })
    expect(lastPid(LOG)).toBe(8)
  })
})

describe('findUnreadyExecutions', () => {
  const phases = readNodeLog(LOG)

  it('has nothing to say about calls that a probed version took', () => {
    expect(findUnreadyExecutions([call(7, 3), call(7, 9)], phases)).toEqual([])
  })

  it.each([
    { what: 'before the last probe had passed', wrong: call(7, 2) },
    { what: 'by a process that only loads', wrong: call(8, 9) },
    { what: 'from the queue of a version that it does not hold', wrong: call(7, 9, 'model.chat.v2') },
    { what: 'by a process that is no node', wrong: call(9, 9) },
  ])('finds a call that was taken $what', ({ wrong }) => {
    expect(findUnreadyExecutions([wrong], phases)).toEqual([
      expect.stringContaining('before it had the version ready'),
    ])
  })
})
