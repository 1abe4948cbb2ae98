import { ActivityNotFoundError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { createCallFailer, type ActivityFailer } from '../../../workers/supervision/fail-calls.ts'
import { createLogger } from '../../../workers/telemetry.ts'
import { openCall } from './open-call.ts'

describe('the calls of a dead worker process', () => {
  it('are failed by their ids, as lost with their worker', async () => {
    const { fail, failed } = createScene()
    await fail([openCall(1), openCall(2)], 'was killed by SIGKILL')
    expect(failed.map(({ id }) => id)).toEqual([
      { workflowId: 'task/acme/1', runId: 'run', activityId: '1' },
      { workflowId: 'task/acme/1', runId: 'run', activityId: '2' },
    ])
    const error = failed[0]?.error
    expect(error).toBeInstanceOf(ApplicationFailure)
    expect(error).toMatchObject({
      type: 'CallFailure',
      nonRetryable: true,
      details: [
        {
          failure: {
            kind: 'worker-lost',
            message: 'the worker process that made the call was killed by SIGKILL',
          },
        },
      ],
    })
  })

  it('that ended meanwhile stay as they are', async () => {
    const { fail, log } = createScene((id) => {
      if (id === '1') throw new ActivityNotFoundError('Not found')
    })
    await fail([openCall(1), openCall(2)], 'was killed by SIGKILL')
    expect(log()).toContain('calls of the dead worker process: 1 had ended, 1 failed')
  })

  it('are left to the heartbeat timeout when Temporal cannot be reached', async () => {
    const { fail, log } = createScene((id) => {
      if (id === '2') throw new Error('14 UNAVAILABLE')
    })
    await fail([openCall(1), openCall(2)], 'ended with code 1')
    expect(log()).toContain('1 failed, 1 left to the heartbeat timeout')
    expect(log()).toContain('"attemptId":"task/acme/1/subtask/s2@run#1"')
    expect(log()).toContain('14 UNAVAILABLE')
  })

  it('are left to it when there never was a connection', async () => {
    const { logger, log } = createLog()
    const fail = createCallFailer({ client: Promise.reject(new Error('no server answers')), logger })
    await fail([openCall(1)], 'ended with code 1')
    expect(log()).toContain('1 left to the heartbeat timeout')
  })

  it('are not mentioned when there are none', async () => {
    const { fail, log } = createScene()
    await fail([], 'ended with code 0')
    expect(log()).toBe('')
  })
})

function createScene(onFail: (activityId: string) => void = () => {}) {
  const failed: { readonly id: unknown; readonly error: unknown }[] = []
  const client: ActivityFailer = {
    withDeadline: (_deadline, work) => work(),
    activity: {
      fail: async (id, error) => {
        onFail(id.activityId)
        failed.push({ id, error })
      },
    },
  }
  const { logger, log } = createLog()
  return { failed, log, fail: createCallFailer({ client: Promise.resolve(client), logger }) }
}

function createLog() {
  let text = ''
  const destination = { write: (line: string) => void (text += line) }
  return { log: () => text, logger: createLogger({ level: 'info', worker: 'cloud-supervisor', destination }) }
}
