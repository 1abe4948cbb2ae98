import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExperimentStore, type ExperimentStore } from '../../../store/experiments/experiments.ts'
import type { Database } from '../../../store/database.ts'
import { endExperiment, startExperiment } from '../../../domain/experiments/experiment-state.ts'
import { ENGINES } from '../engines.ts'
import { promptExperiment } from '../../domain/experiments/definitions.ts'

describe.each(ENGINES)('Experiments on $name', ({ open }) => {
  let database: Database
  let store: ExperimentStore
  beforeAll(async () => {
    database = await open()
    store = createExperimentStore(database)
  })
  afterAll(() => database.close())

  const HOLDER = { workflowId: 'experiment/greeting', runId: 'run-1', activeForMs: 60_000 }
  const STATE = startExperiment(promptExperiment(), { by: 'ada', nowMs: 0 })

  it('are active while their workflow publishes them, and not once they have ended', async () => {
    expect(await store.find('greeting')).toBeUndefined()
    expect(await store.publish({ ...HOLDER, state: STATE })).toEqual({ status: 'published' })
    expect(await store.find('greeting')).toMatchObject({
      isActive: true,
      state: STATE,
      workflowId: HOLDER.workflowId,
    })
    await store.publish({ ...HOLDER, state: STATE, activeForMs: 0 })
    expect(await store.find('greeting')).toMatchObject({ isActive: false })
    const ended = endExperiment(STATE, { reason: 'stopped', atMs: 1, by: 'ada' })
    await store.publish({ ...HOLDER, state: ended })
    expect(await store.find('greeting')).toMatchObject({ isActive: false, state: ended })
  })

  it('belong to the workflow that began them', async () => {
    const taken = { status: 'taken', workflowId: HOLDER.workflowId }
    expect(await store.publish({ ...HOLDER, runId: 'run-2', state: STATE })).toEqual(taken)
    expect(await store.publish({ ...HOLDER, workflowId: 'other', state: STATE })).toEqual(taken)
    expect((await store.find('greeting'))?.state.end?.reason).toBe('stopped')
  })

  it('are listed, the newest first, or by their id', async () => {
    const state = startExperiment(promptExperiment({ id: 'later' }), { by: 'bob', nowMs: 0 })
    await store.publish({ ...HOLDER, workflowId: 'experiment/later', state })
    const ids = (await store.list({})).map((record) => record.state.definition.id)
    expect(ids).toEqual(['later', 'greeting'])
    expect(await store.list({ id: 'greeting' })).toHaveLength(1)
    expect(await store.list({ id: 'nothing' })).toEqual([])
  })

  it('give an operation one variant, whoever asks again', async () => {
    const assignment = { experimentId: 'greeting', variant: 'warm', key: 'user:ada' }
    expect(await store.assigned('call/a')).toBeUndefined()
    expect(await store.assign('call/a', assignment)).toEqual(assignment)
    expect(await store.assign('call/a', { ...assignment, variant: 'plain' })).toEqual(assignment)
    expect(await store.assigned('call/a')).toEqual(assignment)
  })
})
