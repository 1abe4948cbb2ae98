import { DefaultLogger } from '@temporalio/worker'
import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, it } from 'vitest'
import { openCall } from './open-call.ts'
import { parseWorkerReports, type WorkerReport } from '../../../workers/supervision/worker-report.ts'
import { reportCalls } from '../../../workers/supervision/report-calls.ts'

const CALL = openCall(7)
const { attemptId, activityId, ...workflowExecution } = CALL

describe('a worker process reports', () => {
  it('the beginning and the end of a call', async () => {
    const { reports, run } = createScene()
    const answer = await run(async () => {
      expect(reports).toEqual([{ type: 'call-began', call: CALL }])
      return 'answer'
    })
    expect(answer).toBe('answer')
    expect(reports.slice(1)).toEqual([{ type: 'call-ended', call: CALL }])
  })

  it('the end of a call that failed, and lets the failure through', async () => {
    const { reports, run } = createScene()
    await expect(run(() => Promise.reject(new Error('overloaded')))).rejects.toThrow('overloaded')
    expect(reports.map(({ type }) => type)).toEqual(['call-began', 'call-ended'])
  })

  it('no other activities', async () => {
    const { reports, run } = createScene({ activityType: 'admitCalls' })
    await run(() => Promise.resolve('admitted'))
    expect(reports).toEqual([])
  })

  it('a call whose input it cannot read without its attempt', async () => {
    const { reports, run } = createScene()
    await run(() => Promise.resolve('answer'), 'no object')
    expect(reports[0]).toEqual({ type: 'call-began', call: { ...CALL, attemptId: '' } })
  })
})

describe('parseWorkerReports', () => {
  it('reads back what was reported, in its order', () => {
    const reports: readonly WorkerReport[] = [
      { type: 'call-began', call: CALL },
      { type: 'call-ended', call: CALL },
    ]
    expect(parseWorkerReports(JSON.parse(JSON.stringify(reports)))).toEqual(reports)
  })

  it.each([
    ['drain'],
    [undefined],
    [{ type: 'call-ended', call: CALL }],
    [[{ type: 'call-began' }]],
    [[{ type: 'call-ended', call: { runId: 1 } }]],
  ])('passes over %j', (message) => {
    expect(parseWorkerReports(message)).toEqual([])
  })
})

function createScene({ activityType = 'callModel' } = {}) {
  const reports: WorkerReport[] = []
  const environment = new MockActivityEnvironment(
    { activityType, activityId, workflowExecution },
    {
      logger: new DefaultLogger('ERROR'),
      interceptors: [reportCalls((report) => void reports.push(report))],
    },
  )
  return {
    reports,
    run: (activity: (input: unknown) => Promise<unknown>, input: unknown = { attemptId }) =>
      environment.run(activity, input),
  }
}
