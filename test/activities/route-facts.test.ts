import { describe, expect, test } from 'vitest'
import { createRouteFacts } from '../../activities/route-facts.ts'
import type { LimitsState, RouteFactReader } from '../../store/routing/route-facts.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const DATABASE_NOW = 5_000_000

const catalog = {
  ...testCatalog([
    { name: 'first', endpoint: { quotaPool: 'shared' } },
    { name: 'second', endpoint: { quotaPool: 'shared' } },
    { name: 'third' },
  ]),
  tenants: { acme: { dataClass: 'internal' } },
} as const

/** A store that counts its reads. Its clock is far from the machine's. */
function countingReader(
  changes: { readonly limits?: Partial<LimitsState>; readonly withBudgets?: readonly string[] } = {},
) {
  const reads: string[] = []
  const reader: RouteFactReader = {
    latencies: async () => {
      reads.push('latencies')
      return { 'first@2026-01-01': { p50Ms: 300, p95Ms: 900 } }
    },
    limits: async () => {
      reads.push('limits')
      return { readAtMs: DATABASE_NOW, breakers: new Map(), pausedUntilMs: new Map(), ...changes.limits }
    },
    tenantsWithBudgets: async () => {
      reads.push('tenants')
      return new Set(changes.withBudgets ?? [])
    },
    budgetLeft: async ({ tenant, user }, nowMs) => {
      reads.push(`budget ${tenant}/${user ?? ''} at ${nowMs}`)
      return { leftNanoUsd: 7, leftShare: 0.5 }
    },
  }
  const clock = { nowMs: 1000 }
  const facts = createRouteFacts({ catalog, reader, now: () => clock.nowMs })
  return { facts, clock, reads, reader }
}

describe('what routing knows of this moment', () => {
  test('holds measured times, and what the catalog says of the tenant', async () => {
    const { facts } = countingReader()
    expect(await facts({ tenant: 'acme' })).toEqual({
      endpoints: {},
      versions: { 'first@2026-01-01': { p50Ms: 300, p95Ms: 900 } },
      budget: {},
      tenant: { dataClass: 'internal' },
    })
    expect(await facts({ tenant: 'other' })).not.toHaveProperty('tenant')
  })

  test('holds the pause of a pool for every endpoint that draws on it, as much of it as is left', async () => {
    const pausedUntilMs = new Map([
      ['shared', DATABASE_NOW + 20_000],
      ['third', DATABASE_NOW + 300],
    ])
    const { facts, clock } = countingReader({ limits: { pausedUntilMs } })
    expect((await facts({ tenant: 'a' })).endpoints).toEqual({
      first: { limitedForMs: 20_000 },
      second: { limitedForMs: 20_000 },
      third: { limitedForMs: 300 },
    })
    clock.nowMs += 400
    expect((await facts({ tenant: 'a' })).endpoints).toEqual({
      first: { limitedForMs: 19_600 },
      second: { limitedForMs: 19_600 },
    })
  })

  test('holds how breakers stand now, also when their rest ends between two reads', async () => {
    const breakers = new Map([
      ['first', { failures: 5, restsUntilMs: DATABASE_NOW + 500 }],
      ['second', { failures: 2 }],
    ])
    const { facts, clock } = countingReader({ limits: { breakers } })
    const phases = async () => Object.entries((await facts({ tenant: 'a' })).endpoints ?? {})
    expect(await phases()).toEqual([
      ['first', { breaker: 'open' }],
      ['second', { breaker: 'closed' }],
    ])
    clock.nowMs += 500
    expect((await phases())[0]).toEqual(['first', { breaker: 'half-open' }])
  })

  test('asks for budgets only where the tenant has some, for each user by itself', async () => {
    const { facts, reads } = countingReader({ withBudgets: ['acme'] })
    expect((await facts({ tenant: 'other' })).budget).toEqual({})
    expect((await facts({ tenant: 'acme' })).budget).toEqual({ leftNanoUsd: 7, leftShare: 0.5 })
    await facts({ tenant: 'acme', user: 'ada' })
    await facts({ tenant: 'acme', user: 'ada' })
    expect(reads.filter((read) => read.startsWith('budget'))).toEqual([
      'budget acme/ at 1000',
      'budget acme/ada at 1000',
    ])
  })

  test('marks local versions that no node has ready, and no others', async () => {
    const local = testCatalog([
      { name: 'first', endpoint: { kind: 'local' } },
      { name: 'second', endpoint: { kind: 'local' } },
      { name: 'third' },
    ])
    const { reader } = countingReader()
    const facts = createRouteFacts({
      catalog: local,
      reader,
      readyVersions: async () => new Set(['second@2026-01-01']),
    })
    expect((await facts({ tenant: 'a' })).versions).toEqual({
      'first@2026-01-01': { p50Ms: 300, p95Ms: 900, isDeployed: false },
    })
  })

  test('is at most a second old, measured times half a minute', async () => {
    const { facts, clock, reads } = countingReader({ withBudgets: ['acme'] })
    const caller = { tenant: 'acme' }
    await Promise.all(Array.from({ length: 50 }, () => facts(caller)))
    clock.nowMs += 999
    await facts(caller)
    expect(reads.toSorted()).toEqual(['budget acme/ at 1000', 'latencies', 'limits', 'tenants'])
    clock.nowMs += 1
    await facts(caller)
    expect(reads).toHaveLength(7)
    clock.nowMs += 29_000
    await facts(caller)
    expect(reads.filter((read) => read === 'latencies')).toHaveLength(2)
  })
})

test('shares are read with the rest of the state, and may be a second old', async () => {
  const shared = { model: 'first', epoch: 1, stableVersion: 'v', arms: [{ version: 'v', percent: 100 }] }
  const clock = { nowMs: 1000 }
  let reads = 0
  const facts = createRouteFacts({
    catalog,
    reader: countingReader().reader,
    traffic: async () => ({ first: { ...shared, epoch: ++reads } }),
    now: () => clock.nowMs,
  })
  expect((await facts({ tenant: 'a' })).traffic).toEqual({ first: shared })
  clock.nowMs += 999
  expect((await facts({ tenant: 'b' })).traffic).toEqual({ first: shared })
  clock.nowMs += 1
  expect((await facts({ tenant: 'a' })).traffic).toEqual({ first: { ...shared, epoch: 2 } })
})

test('holds what the health check keeps from versions, unless nobody has looked for long', async () => {
  const { reader } = countingReader()
  const health = { endpoint: 'first', consecutive: 0, changedAtMs: 0, sharePercent: 0 } as const
  const facts = createRouteFacts({
    catalog,
    reader,
    now: () => 1000,
    versionHealth: async () => [
      {
        ...health,
        model: 'first',
        version: '2026-01-01',
        status: 'out',
        reason: 'is gone',
        checkedAtMs: DATABASE_NOW,
      },
      {
        ...health,
        model: 'second',
        version: '2026-01-01',
        status: 'out',
        checkedAtMs: DATABASE_NOW - 600_000,
      },
      {
        ...health,
        model: 'third',
        version: '2026-01-01',
        status: 'failing',
        sharePercent: 100,
        checkedAtMs: DATABASE_NOW,
      },
    ],
  })
  expect((await facts({ tenant: 'acme' })).versions).toEqual({
    'first@2026-01-01': { p50Ms: 300, p95Ms: 900, health: { sharePercent: 0, reason: 'is gone' } },
  })
})
