import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admission, CANDIDATE, completion, COMPLETION_COST, loss } from '../records.ts'
import {
  createExperimentOutcomes,
  type ExperimentSubject,
  type OutcomePage,
  type OutcomeWindow,
} from '../../../store/experiments/experiment-outcomes.ts'
import { createExperimentStore } from '../../../store/experiments/experiments.ts'
import { createFeedbackStore } from '../../../store/experiments/feedback.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import type { ObservedOutcome } from '../../../domain/experiments/outcome.ts'

const VERSIONS: ExperimentSubject = { kind: 'model-versions', model: 'chat-small', trafficEpoch: 3 }
const PROMPTS: ExperimentSubject = { kind: 'prompts', experimentId: 'greeting' }
const END = { status: 'completed', result: null } as const
const HOUR_MS = 3_600_000

describe.each(ENGINES)('Outcomes of experiments on $name', ({ open }) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
    await fill()
  })
  afterAll(() => database.close())

  /** An operation that was assigned to a version by its user, and what became of its first attempt. */
  async function call(id: string, version: string, settlement: object, epoch = 3): Promise<void> {
    const ledger = createLedger(database)
    const traffic = { epoch, share: 0.5, key: `user:${id}` }
    const admitted = admission(id, { option: { candidate: { ...CANDIDATE, version, traffic } } })
    await ledger.admit([admitted])
    const { attemptId } = admitted.attempt
    await ledger.settle([{ ...completion(attemptId), ...settlement }])
  }

  async function fill(): Promise<void> {
    const store = createExperimentStore(database)
    const feedback = createFeedbackStore(database)
    for (const [id, variant] of [
      ['a', 'plain'],
      ['b', 'warm'],
      ['never-admitted', 'warm'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- their order is what is tested, to the millisecond
      await new Promise((resolve) => setTimeout(resolve, 10))
      // oxlint-disable-next-line no-await-in-loop
      await store.assign(id, { experimentId: 'greeting', variant, key: `user:${id}` })
    }
    await call('a', 'v1', { operationEnd: END })
    await call('b', 'v2', { finishReason: 'refusal', operationEnd: END })
    await call('lost', 'v2', {
      ...loss('x'),
      attemptId: admission('lost').attempt.attemptId,
      operationEnd: { ...END, status: 'failed' },
    })
    await call('earlier', 'v1', { operationEnd: END }, 2)
    await feedback.record({ operationId: 'b', verdict: 'bad', score: 0.1 })
    await feedback.record({ operationId: 'a', verdict: 'good' })
    await database.queries.execute(
      sql`update feedback set first_given_at = first_given_at + interval '2 hours' where operation_id = 'a'`,
    )
    await database.queries.execute(
      sql`update attempts set answer_schema = 'invalid' where operation_id = 'a'`,
    )
  }

  const WINDOW = { fromMs: 0, patienceMs: 0, feedbackWithinMs: HOUR_MS, isForFeedback: false } as const

  async function pagesOf(subject: ExperimentSubject, changes: Partial<OutcomeWindow> = {}) {
    const all: OutcomePage[] = []
    const pages = createExperimentOutcomes(database).pages({ ...WINDOW, subject, ...changes })
    for await (const page of pages) all.push(page)
    return all
  }

  async function read(subject: ExperimentSubject, changes?: Partial<OutcomeWindow>) {
    return (await pagesOf(subject, changes)).flatMap(({ outcomes }): readonly ObservedOutcome[] => outcomes)
  }

  it('are those of the epoch, in the order in which they came', async () => {
    const outcomes = await read(VERSIONS)
    expect(outcomes.map(({ key, variant }) => [key, variant])).toEqual([
      ['user:a', 'v1'],
      ['user:b', 'v2'],
      ['user:lost', 'v2'],
    ])
  })

  it('say what became of each', async () => {
    const [a, b, lost] = await read(VERSIONS)
    expect(a).toMatchObject({
      isFirstCompleted: true,
      isAnswered: true,
      isRefused: false,
      answerSchema: 'invalid',
    })
    expect(a?.costNanoUsd).toBe(COMPLETION_COST)
    expect(a?.latencyMs).toBeGreaterThanOrEqual(0)
    expect(b).toMatchObject({ isFirstCompleted: true, isRefused: true, verdict: 'bad', score: 0.1 })
    expect(lost).toMatchObject({ isFirstCompleted: false, isAnswered: false })
  })

  it('leave out feedback that came too late', async () => {
    expect((await read(VERSIONS))[0]).not.toHaveProperty('verdict')
  })

  it('of prompts hold who was assigned and never admitted', async () => {
    const outcomes = await read(PROMPTS)
    expect(outcomes.map(({ key, variant, isAnswered }) => [key, variant, isAnswered])).toEqual([
      ['user:a', 'plain', true],
      ['user:b', 'warm', true],
      ['user:never-admitted', 'warm', false],
    ])
    expect(await read(PROMPTS, { fromMs: Date.now() + HOUR_MS })).toEqual([])
  })

  it('end at the first request that has not ended, for as long as it may still end', async () => {
    expect(await read(VERSIONS, { patienceMs: HOUR_MS })).toHaveLength(3)
    // One was assigned and never admitted.
    const [page] = await pagesOf(PROMPTS, { patienceMs: HOUR_MS })
    expect(page?.outcomes).toHaveLength(2)
    expect(Math.abs((page?.openSinceMs ?? 0) - Date.now())).toBeLessThan(HOUR_MS / 2)
  })

  it('wait for feedback where it counts', async () => {
    expect(await read(VERSIONS, { isForFeedback: true })).toEqual([])
    expect(await read(VERSIONS, { isForFeedback: true, feedbackWithinMs: 0 })).toHaveLength(3)
  })

  it('come page after page, none twice and none left out', async () => {
    await database.queries.execute(sql`
      insert into experiment_units (operation_id, experiment_id, variant, unit_key)
      select 'op-' || lpad(n::text, 6, '0'), 'many', 'plain', 'user:' || n from generate_series(1, 11000) as n`)
    const keys = (await read({ kind: 'prompts', experimentId: 'many' })).map(({ key }) => key)
    expect(new Set(keys).size).toBe(11_000)
    expect(keys).toHaveLength(11_000)
  })
})
