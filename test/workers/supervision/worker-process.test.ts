import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEnd, startWorkerProcess } from '../../../workers/supervision/worker-process.ts'
import type { WorkerReport } from '../../../workers/supervision/worker-report.ts'

/** As many as fit into the channel: what a process has not written it takes with it. */
const REPORTS = 50

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-supervision-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a supervised worker process', () => {
  it('is heard to its last word, even when it is killed right after', async () => {
    const { reports, worker } = await start(`
      for (let number = 1; number <= ${REPORTS}; number++) {
        const call = { workflowId: 'w', runId: 'r', activityId: String(number), attemptId: '' }
        process.send([{ type: 'call-began', call }])
      }
      process.kill(process.pid, 'SIGKILL')`)
    expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' })
    expect(reports.at(-1)).toMatchObject({ call: { activityId: String(REPORTS) } })
    expect(reports).toHaveLength(REPORTS)
  })

  it('hears that it is to drain, though it was busy starting', async () => {
    const { worker } = await start(`
      await new Promise((resolve) => setTimeout(resolve, 200))
      process.on('message', (message) => process.exit(message === 'drain' ? 0 : 3))`)
    worker.drain()
    expect(await worker.ended).toEqual({ code: 0, signal: null })
  })

  it('can be killed, and is asked to drain in vain when it is gone', async () => {
    const { worker } = await start(`setInterval(() => {}, 1_000)`)
    worker.kill()
    expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' })
    worker.drain()
  })

  it('may say what is no report', async () => {
    const { reports, worker } = await start(`process.send([{ type: 'weather' }], () => process.exit(4))`)
    expect(describeEnd(await worker.ended)).toBe('ended with code 4')
    expect(reports).toEqual([])
  })
})

async function start(code: string) {
  const script = join(folder, `${Math.random()}.mjs`)
  await writeFile(script, code)
  const reports: WorkerReport[] = []
  return { reports, worker: startWorkerProcess(script, (report) => void reports.push(report)) }
}
