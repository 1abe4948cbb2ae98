import { readTaskEvents, type TaskEventSource } from '../../client/task-events.ts'
import type { TaskEvent, TaskPhase, TaskProgress } from '../../domain/plan/task-progress.ts'
import { describe, expect, test } from 'vitest'

const NOTHING = { attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }

const phase = (name: TaskPhase): TaskEvent => ({ type: 'phase-changed', atMs: 1, phase: name })

function progress(name: TaskPhase, notes: readonly string[] = []): TaskProgress {
  const steps = { planning: NOTHING, synthesis: NOTHING, subtasks: [], approvals: [] }
  return { taskId: 't', phase: name, notes, startedAtMs: 0, ...steps }
}

type Item = Awaited<ReturnType<AsyncIterator<{ data: TaskEvent; offset: number }>['next']>>['value']

/** A source whose streams are scripted one by one; an error in a script breaks that stream. */
function source(
  streams: readonly (readonly (TaskEvent | Error)[])[],
  snapshots: readonly (TaskProgress | Error)[],
  isClosed = false,
): TaskEventSource & { readonly offsets: number[] } {
  const offsets: number[] = []
  let asked = 0
  async function* stream(fromOffset: number): AsyncGenerator<Item> {
    const script = streams[offsets.length] ?? []
    offsets.push(fromOffset)
    let offset = fromOffset
    for (const data of script) {
      if (data instanceof Error) throw data
      yield { data, offset }
      offset++
    }
  }
  return {
    offsets,
    stream,
    progress: async () => {
      const snapshot = snapshots[Math.min(asked, snapshots.length - 1)]
      asked++
      if (snapshot === undefined || snapshot instanceof Error) throw snapshot ?? new Error('no snapshot')
      return snapshot
    },
    isClosed: async () => isClosed,
    wait: async () => {},
  }
}

async function all(from: TaskEventSource): Promise<readonly string[]> {
  const told: string[] = []
  for await (const event of readTaskEvents(from)) {
    told.push(event.type === 'phase-changed' ? event.phase : event.type)
  }
  return told
}

describe('the events of a task', () => {
  test('come by the stream until the task is over', async () => {
    const from = source(
      [[phase('planning'), phase('executing'), phase('completed')]],
      [progress('completed')],
    )
    expect(await all(from)).toEqual(['planning', 'executing', 'completed'])
  })

  test('that the stream could not deliver are made up from the progress', async () => {
    const from = source([[phase('planning')]], [progress('completed', ['why'])])
    expect(await all(from)).toEqual(['planning', 'note-added', 'completed'])
  })

  test('go on where a broken stream stopped', async () => {
    const from = source(
      [
        [phase('planning'), new Error('connection lost')],
        [phase('executing'), phase('completed')],
      ],
      [progress('planning'), progress('completed')],
    )
    expect(await all(from)).toEqual(['planning', 'executing', 'completed'])
    expect(from.offsets).toEqual([0, 1])
  })

  test('are polled when the workflow has no stream', async () => {
    const broken = Array.from({ length: 10 }, () => [new Error('no such handler')])
    const from = source(broken, [
      progress('planning'),
      progress('planning'),
      progress('executing'),
      progress('executing'),
      progress('executing', ['late']),
      progress('failed'),
    ])
    expect(await all(from)).toEqual(['planning', 'executing', 'note-added', 'failed'])
    expect(from.offsets).toHaveLength(3)
  })

  test('end when the workflow was terminated, although nobody can be asked any more', async () => {
    expect(await all(source([[phase('executing')]], [new Error('no worker')], true))).toEqual(['executing'])
    expect(await all(source([[phase('executing')]], [progress('executing')], true))).toEqual(['executing'])
  })

  test('fail when a running task cannot be asked', async () => {
    await expect(all(source([[]], [new Error('no worker')]))).rejects.toThrow('no worker')
  })
})
