import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ArmRow, ARMS, keysOf, writeArmRows } from '../rollout-rows.ts'
import { createRolloutCountReader } from '../../../store/routing/rollout-counts.ts'
import { createRolloutCountActivities } from '../../../activities/rollout-counts.ts'
import { countGuard } from '../../../domain/rollout/guards.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'

const MINUTE_MS = 60_000

describe.each(ENGINES)('Counts for rollouts on $name', ({ open }) => {
  let database: Database
  let startMs: number
  beforeEach(async () => {
    database = await open()
    startMs = Date.now() - 10 * MINUTE_MS
  })
  afterEach(() => database.close())

  const [canaryKey = '', otherCanaryKey = ''] = keysOf('canary', 0.1, 2)
  const [stableKey = '', otherStableKey = ''] = keysOf('stable', 0.1, 2)

  function row(changes: Partial<ArmRow> & Pick<ArmRow, 'operationId' | 'version'>): ArmRow {
    const key = changes.version === 'v2' ? canaryKey : stableKey
    return { weight: 0.1, key, openedAtMs: startMs + MINUTE_MS, ...changes }
  }

  const read = (afterMs = startMs) =>
    createRolloutCountReader(database).read({ ...ARMS, fromMs: startMs, afterMs })

  it('take assigned calls of both arms with the weight of the canary', async () => {
    await writeArmRows(database, [
      row({ operationId: 'a', version: 'v2', latencyMs: 1100, firstMs: 100, outputTokens: 11 }),
      row({ operationId: 'b', version: 'v1', schema: 'invalid', openedAtMs: startMs + 2 * MINUTE_MS }),
    ])
    const { attempts, watermarkMs } = await read()
    expect(attempts).toEqual([
      {
        arm: 'canary',
        weight: 0.1,
        key: canaryKey,
        outcome: 'answered',
        timeToFirstTokenMs: 100,
        timePerOutputTokenMs: 100,
      },
      { arm: 'stable', weight: 0.1, key: stableKey, outcome: 'answered', schema: 'invalid' },
    ])
    expect(watermarkMs).toBeGreaterThan(startMs + 9 * MINUTE_MS)
  })

  it('leave out pinned calls, calls that fell back from the other arm, and calls from before', async () => {
    await writeArmRows(database, [
      row({ operationId: 'fell', version: 'v2', status: 'failed', failureKind: 'overloaded' }),
      row({ operationId: 'fell', version: 'v1', number: 2, key: canaryKey }),
      { operationId: 'pinned', version: 'v2', openedAtMs: startMs + MINUTE_MS },
      row({ operationId: 'before', version: 'v2', key: otherCanaryKey, openedAtMs: startMs - 1 }),
    ])
    const { attempts } = await read()
    expect(attempts).toMatchObject([{ arm: 'canary', outcome: 'overloaded', key: canaryKey }])
  })

  it('tell outcomes apart', async () => {
    const rows: readonly (readonly [Partial<ArmRow>, string])[] = [
      [{ finishReason: 'refusal' }, 'refused'],
      [{ finishReason: 'content-filter' }, 'refused'],
      [{ finishReason: 'length' }, 'answered'],
      [{ status: 'failed', failureKind: 'rate-limited' }, 'rate-limited'],
      [{ status: 'ambiguous', failureKind: 'worker-lost' }, 'worker-lost'],
      [{ status: 'cancelled' }, 'cancelled'],
      [{ status: 'ambiguous' }, 'missing'],
    ]
    await writeArmRows(
      database,
      rows.map(([changes], index) =>
        row({
          operationId: `o${index}`,
          version: 'v2',
          ...changes,
          openedAtMs: startMs + MINUTE_MS + index,
        }),
      ),
    )
    const { attempts } = await read()
    expect(attempts.map(({ outcome }) => outcome)).toEqual(rows.map(([, outcome]) => outcome))
  })

  it('end before the oldest call under way, on both arms alike', async () => {
    const openedAtMs = Date.now() - MINUTE_MS
    await writeArmRows(database, [
      row({ operationId: 'ended', version: 'v2', openedAtMs: openedAtMs - 1000 }),
      row({
        operationId: 'slow',
        version: 'v2',
        status: 'open',
        openedAtMs,
        leaseEndsAtMs: Date.now() + MINUTE_MS,
      }),
      row({ operationId: 'fast', version: 'v1', openedAtMs: openedAtMs + 1000 }),
    ])
    const first = await read()
    expect(first.attempts).toHaveLength(1)
    expect(Math.abs(first.watermarkMs - openedAtMs)).toBeLessThanOrEqual(1)
    await database.queries.execute(`update attempts set status = 'completed' where operation_id = 'slow'`)
    const next = await read(first.watermarkMs)
    expect(next.attempts.map(({ arm }) => arm)).toEqual(['canary', 'stable'])
  })

  it('count a call whose lease is over as missing, and do not wait for it', async () => {
    const openedAtMs = startMs + MINUTE_MS
    const leaseEndsAtMs = openedAtMs + 1000
    await writeArmRows(database, [
      row({ operationId: 'lost', version: 'v2', status: 'open', openedAtMs, leaseEndsAtMs }),
    ])
    const { attempts, watermarkMs } = await read()
    expect(attempts).toMatchObject([{ arm: 'canary', outcome: 'missing' }])
    expect(watermarkMs).toBeGreaterThan(startMs + 9 * MINUTE_MS)
  })

  it('pair a copied request with its original', async () => {
    const copy = { version: 'v2', kind: 'mirror' } as const
    const at = startMs + MINUTE_MS
    await writeArmRows(database, [
      { operationId: 'a', version: 'v1', key: stableKey, weight: 0, openedAtMs: at },
      { ...copy, operationId: 'a/mirror', status: 'failed', failureKind: 'overloaded', openedAtMs: at + 5 },
      { operationId: 'b', version: 'v1', key: otherStableKey, weight: 0, openedAtMs: at + 10 },
      { ...copy, operationId: 'b/mirror', openedAtMs: at + 15 },
    ])
    const { mirrored, attempts } = await read()
    expect(attempts).toEqual([])
    expect(mirrored).toMatchObject([
      { canary: { key: stableKey, outcome: 'overloaded', weight: 0.5 }, stable: { outcome: 'answered' } },
      { canary: { key: otherStableKey, outcome: 'answered' }, stable: { outcome: 'answered' } },
    ])
  })

  it('give the same totals whether read at once or bit by bit, also when a reading comes twice', async () => {
    const guards = [countGuard('errors'), countGuard('time-to-first-token', { limitMs: 100 })]
    const input = { ...ARMS, fromMs: startMs, guards, limitsMs: {}, windowMs: 20 * MINUTE_MS }
    const counts = createRolloutCountReader(database)
    const kept = createRolloutCountActivities({ counts })
    const canary = keysOf('canary', 0.1, 10)
    const stable = keysOf('stable', 0.1, 10)
    const write = (version: 'v1' | 'v2', from: number, to: number, atMs: number) =>
      writeArmRows(
        database,
        (version === 'v2' ? canary : stable).slice(from, to).map((key, index) =>
          row({
            operationId: `${version}-${from}-${index}`,
            version,
            key,
            openedAtMs: atMs + index,
            firstMs: index * 30,
            latencyMs: 500,
            outputTokens: 2,
            ...(index === 0 && version === 'v2' ? { status: 'failed', failureKind: 'overloaded' } : {}),
          }),
        ),
      )
    const held = { version: 'v1', status: 'open', leaseEndsAtMs: Date.now() + MINUTE_MS } as const
    await write('v2', 0, 5, startMs)
    await write('v1', 0, 5, startMs)
    await writeArmRows(database, [{ operationId: 'held', openedAtMs: startMs + MINUTE_MS, ...held }])
    await Promise.all([kept.readRolloutCounts(input), kept.readRolloutCounts(input)])
    await write('v2', 5, 10, startMs + 2 * MINUTE_MS)
    await write('v1', 5, 10, startMs + 2 * MINUTE_MS)
    await database.queries.execute(`update attempts set status = 'completed' where operation_id = 'held'`)
    const soFar = await kept.readRolloutCounts(input)
    const anew = await createRolloutCountActivities({ counts }).readRolloutCounts(input)
    expect(soFar.counts).toEqual(anew.counts)
    expect(anew.counts[0]).toEqual({
      guard: 'errors',
      cells: [
        {
          weight: 0.1,
          canary: { units: 10, badUnits: 2, badEvents: 2 },
          stable: { units: 10, badUnits: 0, badEvents: 0 },
        },
      ],
    })
    expect(anew.recent).toMatchObject({ requests: 10, errors: 2, successes: 8, failuresInARow: 0 })
  })

  it('see the failures of the last requests in a row, each request once', async () => {
    await writeArmRows(database, [
      row({ operationId: 'fine', version: 'v2', openedAtMs: startMs }),
      ...[1, 2, 3].flatMap((index) =>
        [1, 2].map((number) =>
          row({
            operationId: `down-${index}`,
            version: 'v2',
            number,
            status: 'failed',
            failureKind: 'unavailable',
            openedAtMs: startMs + index * 1000 + number,
          }),
        ),
      ),
    ])
    const { recent } = await createRolloutCountActivities({
      counts: createRolloutCountReader(database),
    }).readRolloutCounts({ ...ARMS, fromMs: startMs, guards: [], limitsMs: {}, windowMs: MINUTE_MS })
    expect(recent.failuresInARow).toBe(3)
  })

  it('know the limits of a version that was measured often enough', async () => {
    const activities = createRolloutCountActivities({ counts: createRolloutCountReader(database) })
    const guards = [
      countGuard('time-to-first-token'),
      countGuard('time-per-output-token'),
      countGuard('errors'),
    ]
    const ask = () => activities.readRolloutLimits({ model: ARMS.model, version: 'v1', guards })
    const write = (from: number, to: number) =>
      writeArmRows(
        database,
        Array.from({ length: to - from }, (_, index) =>
          row({
            operationId: `o${from + index}`,
            version: 'v1',
            firstMs: (from + index) * 10,
            latencyMs: (from + index) * 10 + 200,
            outputTokens: 11,
          }),
        ),
      )
    await write(0, 19)
    expect(await ask()).toEqual({})
    await write(19, 21)
    expect(await ask()).toEqual({ 'time-to-first-token': 190, 'time-per-output-token': 20 })
  })
})
