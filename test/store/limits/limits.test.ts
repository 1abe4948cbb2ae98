import { admission, type AdmissionOptions, CANDIDATE, completion, OPTION } from '../records.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpointHealth, quotaPools, tickets } from '../../../store/schema.ts'
import type { AttemptOption, Ledger } from '../../../store/ledger/ledger.ts'
import { BREAKER_FAILURES } from '../../../domain/limits/breaker.ts'
import type { CallFailure } from '../../../domain/failure.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { eq, sql } from 'drizzle-orm'
import { simpleUsage } from '../../../domain/usage.ts'
import type { QuotaPool } from '../../../domain/catalog/quota-pool.ts'

const OVERLOADED: CallFailure = { kind: 'overloaded', message: '503' }

/** An option at an endpoint of that name, in a pool of that name. */
function at(pool: string, limits: QuotaPool = {}, changes: Partial<AttemptOption> = {}): AttemptOption {
  const candidate = { ...CANDIDATE, endpoint: pool, version: pool }
  return { ...OPTION, candidate, quota: { pool, limits, tokens: 100 }, ...changes }
}

describe.each(ENGINES)('Limits on $name', ({ open }) => {
  let database: Database
  let ledger: Ledger
  beforeAll(async () => {
    database = await open()
    ledger = createLedger(database)
  })
  afterAll(() => database.close())

  const call = (id: string, option: AttemptOption, options: AdmissionOptions = {}) =>
    admission(id, { ...options, option })
  const admit = async (id: string, option: AttemptOption, options: AdmissionOptions = {}) => {
    const [outcome] = await ledger.admit([call(id, option, options)])
    return outcome
  }
  const idOf = (id: string, number = 1) => admission(id, { number }).attempt.attemptId
  const fail = (id: string, failure: CallFailure) =>
    ledger.settle([{ attemptId: idOf(id), status: 'failed', charge: 'nothing', failure }])
  const complete = (...ids: readonly string[]) => ledger.settle(ids.map((id) => completion(idOf(id))))
  const ticketsIn = async (pool: string) =>
    (await database.queries.select().from(tickets).where(eq(tickets.pool, pool))).map(
      ({ attemptId }) => attemptId,
    )

  it('admit as many calls at once as the pool has places, and the next when one ends', async () => {
    const option = at('places', { concurrency: 2 })
    expect((await admit('places/1', option))?.status).toBe('opened')
    expect((await admit('places/2', option))?.status).toBe('opened')
    expect(await admit('places/3', option)).toMatchObject({
      status: 'wait',
      because: 'quota',
      reason: 'chat-small: its quota pool places has all its 2 places taken, with 0 calls ahead',
    })
    await complete('places/1')
    expect((await admit('places/3', option))?.status).toBe('opened')
    expect(await ticketsIn('places')).toEqual([])
  })

  it('count an admission that is run twice once', async () => {
    const option = at('twice', { concurrency: 1 })
    expect((await admit('twice/1', option))?.status).toBe('opened')
    expect((await admit('twice/1', option))?.status).toBe('opened')
    expect((await admit('twice/2', option))?.status).toBe('wait')
  })

  it('see the calls of a batch one after the other', async () => {
    const option = at('batch', { requestsPerMinute: 3 })
    const outcomes = await ledger.admit([1, 2, 3, 4, 5].map((number) => call(`batch/${number}`, option)))
    expect(outcomes.map(({ status }) => status)).toEqual(['opened', 'opened', 'opened', 'wait', 'wait'])
    expect(await ticketsIn('batch')).toHaveLength(2)
  })

  it('count estimated tokens before a call and its real ones after', async () => {
    const option = at('tokens', { tokensPerMinute: 250 })
    expect((await admit('tokens/1', option))?.status).toBe('opened')
    expect((await admit('tokens/2', option))?.status).toBe('opened')
    expect((await admit('tokens/3', option))?.status).toBe('wait')
    await ledger.settle([
      completion(idOf('tokens/1'), {
        usage: simpleUsage(10, 5),
      }),
    ])
    expect((await admit('tokens/3', option))?.status).toBe('opened')
  })

  it('give up a place whose lease has expired', async () => {
    const option = at('lease', { concurrency: 1 }, { leaseMs: 1 })
    expect((await admit('lease/1', option))?.status).toBe('opened')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await admit('lease/2', option))?.status).toBe('opened')
  })

  it('let those go first who wait already, tenant by tenant, however late the others come', async () => {
    const option = at('line', { concurrency: 1 })
    const of = (tenant: string): AdmissionOptions => ({ operation: { tenant } })
    await admit('line/first', option)
    await ledger.admit([1, 2, 3].map((number) => call(`line/big-${number}`, option, of('big'))))
    await admit('line/small-1', option, of('small'))
    await complete('line/first')
    expect((await admit('line/late', option, of('late')))?.status).toBe('wait')
    expect((await admit('line/big-2', option, of('big')))?.status).toBe('wait')
    for (const [id, tenant] of [
      ['line/big-1', 'big'],
      ['line/small-1', 'small'],
      ['line/late', 'late'],
      ['line/big-2', 'big'],
    ] as const) {
      expect((await admit('line/big-3', option, of('big')))?.status).toBe('wait')
      expect((await admit(id, option, of(tenant)))?.status).toBe('opened')
      await complete(id)
    }
    expect((await admit('line/big-3', option, of('big')))?.status).toBe('opened')
  })

  it('pass over those who do not come back for their turn', async () => {
    const option = at('gone', { concurrency: 1 })
    await admit('gone/1', option)
    await admit('gone/2', option)
    await complete('gone/1')
    expect((await admit('gone/3', option))?.status).toBe('wait')
    await database.queries
      .update(tickets)
      .set({ expiresAt: sql`now()` })
      .where(eq(tickets.attemptId, idOf('gone/2')))
    expect((await admit('gone/3', option))?.status).toBe('opened')
  })

  it('pause a pool as long as its vendor asks, also for the attempt that follows in the same transaction', async () => {
    const option = at('pause')
    await admit('pause/1', option)
    const failure: CallFailure = { kind: 'rate-limited', message: '429', retryAfterMs: 700 }
    const next = call('pause/1', option, { number: 2 })
    const [settled] = await ledger.settle([
      { attemptId: idOf('pause/1'), status: 'failed', charge: 'nothing', failure, next },
    ])
    expect(settled?.next).toMatchObject({ status: 'wait', because: 'quota' })
    expect(await admit('pause/2', option)).toMatchObject({ status: 'wait' })
    await new Promise((resolve) => setTimeout(resolve, 750))
    expect((await admit('pause/2', option))?.status).toBe('opened')
  })

  it('pause a pool when a limit is used up after an answer, and never shorten a pause', async () => {
    const option = at('used-up')
    await admit('used-up/1', option)
    await admit('used-up/2', option)
    await ledger.settle([completion(idOf('used-up/1'), { rateLimit: { exhaustedForMs: 60_000 } })])
    await ledger.settle([completion(idOf('used-up/2'), { rateLimit: { exhaustedForMs: 10 } })])
    expect(await admit('used-up/3', option)).toMatchObject({ status: 'wait', because: 'quota' })
    const [pool] = await database.queries.select().from(quotaPools).where(eq(quotaPools.pool, 'used-up'))
    expect(Date.parse(pool?.pausedUntil ?? '') - Date.now()).toBeGreaterThan(5_000)
  })

  it('take the next option when the preferred one has no room soon', async () => {
    const options = [at('full', { requestsPerMinute: 1 }), at('free')] as const
    await admit('full/1', options[0])
    const [outcome] = await ledger.admit([{ ...call('full/2', options[0]), options }])
    expect(outcome).toMatchObject({ status: 'opened', candidate: { endpoint: 'free' } })
  })

  it('let an endpoint rest after five failures, and then one call try it', async () => {
    const option = at('weak')
    const ids = Array.from({ length: BREAKER_FAILURES }, (_, index) => `weak/${index}`)
    for (const id of ids) {
      expect((await admit(id, option))?.status).toBe('opened')
      await fail(id, OVERLOADED)
    }
    expect(await admit('weak/after', option)).toMatchObject({
      status: 'wait',
      because: 'health',
      reason: 'chat-small: its endpoint weak failed too often and rests',
    })
    await database.queries
      .update(endpointHealth)
      .set({ breaker: { failures: 5, restsUntilMs: Date.now() - 1 } })
      .where(eq(endpointHealth.endpoint, 'weak'))
    expect((await admit('weak/probe', option))?.status).toBe('opened')
    expect((await admit('weak/other', option))?.status).toBe('wait')
    await complete('weak/probe')
    expect((await admit('weak/other', option))?.status).toBe('opened')
  })

  it('hold for calls that ask at the same time', async () => {
    const option = at('crowd', { concurrency: 5, requestsPerMinute: 20 })
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => admit(`crowd/${index}`, option)),
    )
    expect(outcomes.filter((outcome) => outcome?.status === 'opened')).toHaveLength(5)
    expect(await ticketsIn('crowd')).toHaveLength(35)
  })
})
