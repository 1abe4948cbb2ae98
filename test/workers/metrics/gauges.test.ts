import { describe, expect, it } from 'vitest'
import { addRolloutGauges } from '../../../workers/metrics/rollout-gauges.ts'
import { addStoreGauges, type StoreGaugeOptions } from '../../../workers/metrics/store-gauges.ts'
import { createFigureCache, type FigureCacheOptions } from '../../../workers/metrics/figure-cache.ts'
import { createMetricRegistry } from '../../../workers/metrics/metric-registry.ts'
import { showAnnouncements } from '../../../workers/metrics/node-gauges.ts'

const NOW_MS = Date.UTC(2026, 10, 21)

const budget = {
  tenant: 'acme',
  window: 'day',
  id: 'day/acme',
  whenSpent: 'reject',
  startsAt: '2026-11-21',
  resetsAtMs: NOW_MS,
  capNanoUsd: 5e9,
  spentNanoUsd: 2e9,
  reservedNanoUsd: 1e9,
  leftNanoUsd: 2e9,
  overshootNanoUsd: 0,
} as const

const version = { model: 'smol', version: 'v1', slots: 4, busySlots: 1, queuedCalls: 0 } as const

const OPTIONS: StoreGaugeOptions = {
  catalog: {
    endpoints: {
      a: { name: 'a', provider: 'p', kind: 'simulated', callTimeoutMs: 1, queueTimeoutMs: 1, concurrency: 1 },
      b: { name: 'b', provider: 'p', kind: 'simulated', callTimeoutMs: 1, queueTimeoutMs: 1, concurrency: 1 },
    },
  },
  withUsers: false,
  limits: {
    limits: async () => ({
      readAtMs: NOW_MS,
      breakers: new Map([['b', { failures: 5, restsUntilMs: NOW_MS + 1_000 }]]),
      pausedUntilMs: new Map([['p', NOW_MS + 2_500]]),
    }),
  },
  load: {
    waiting: async () => [{ pool: 'p', calls: 3 }],
    open: async () => [{ model: 'smol', version: 'v1', attempts: 7 }],
  },
  budgets: { list: async () => [budget, { ...budget, user: 'ada', id: 'day/acme/ada' }] },
  routingTable: {
    read: async () => ({
      smol: {
        model: 'smol',
        epoch: 1,
        stableVersion: 'v1',
        arms: [
          { version: 'v2', percent: 10 },
          { version: 'v1', percent: 90 },
        ],
        mirror: { version: 'v3', percent: 5 },
      },
    }),
  },
  nodes: {
    read: async () => ({
      nowMs: NOW_MS,
      nodes: [
        {
          seenAtMs: NOW_MS,
          placements: [],
          announcement: {
            nodeId: 'gpu-1',
            startedAtMs: 0,
            memoryBytes: 100,
            freeMemoryBytes: 60,
            versions: [{ ...version, phase: 'ready' }],
          },
        },
      ],
    }),
  },
}

async function scrape(add: (registry: ReturnType<typeof createMetricRegistry>) => void): Promise<string> {
  const registry = createMetricRegistry()
  add(registry)
  return registry.text()
}

describe('gauges of the ledger', () => {
  it('show breakers, quotas, budgets, shares and nodes', async () => {
    const text = await scrape((registry) => addStoreGauges(registry, OPTIONS))
    for (const line of [
      'switchyard_store_readable 1',
      'switchyard_breaker_state{endpoint="a"} 0',
      'switchyard_breaker_state{endpoint="b"} 2',
      'switchyard_quota_pause_seconds{pool="p"} 2.5',
      'switchyard_quota_waiting_calls{pool="p"} 3',
      'switchyard_open_attempts{model="smol",version="v1"} 7',
      'switchyard_budget_cap_usd{tenant="acme",user="",window="day"} 5',
      'switchyard_budget_spent_usd{tenant="acme",user="",window="day"} 2',
      'switchyard_budget_reserved_usd{tenant="acme",user="",window="day"} 1',
      'switchyard_traffic_share{model="smol",version="v2"} 0.1',
      'switchyard_mirror_share{model="smol",version="v3"} 0.05',
      'switchyard_nodes{state="live"} 1',
      'switchyard_ready_nodes{model="smol",version="v1"} 1',
    ]) {
      expect(text).toContain(`${line}\n`)
    }
    expect(text).not.toContain('user="ada"')
  })

  it('show the budgets of users where that is asked for', async () => {
    const text = await scrape((registry) => addStoreGauges(registry, { ...OPTIONS, withUsers: true }))
    expect(text).toContain('switchyard_budget_cap_usd{tenant="acme",user="ada",window="day"} 5')
  })

  it('are gone, and say so, when the ledger cannot be read', async () => {
    const broken = { limits: () => Promise.reject(new Error('the database is away')) }
    const text = await scrape((registry) => addStoreGauges(registry, { ...OPTIONS, limits: broken }))
    expect(text).toContain('switchyard_store_readable 0\n')
    expect(text).not.toContain('switchyard_breaker_state{')
  })
})

describe('gauges of rollouts', () => {
  it('show the phase and the share of those that run, and nothing without an answer', async () => {
    const rollouts = [{ model: 'smol', phase: 'observing', canaryPercent: 25 }]
    const text = await scrape((registry) => addRolloutGauges(registry, async () => rollouts))
    expect(text).toContain('switchyard_rollout_phase{model="smol",phase="observing"} 1\n')
    expect(text).toContain('switchyard_rollout_canary_share{model="smol"} 0.25\n')
    const silent = await scrape((registry) =>
      addRolloutGauges(registry, () => Promise.reject(new Error('no server'))),
    )
    expect(silent).not.toContain('switchyard_rollout_phase{')
  })
})

describe('gauges of a node', () => {
  it('show what it announced last, and pass the announcement on', async () => {
    const registry = createMetricRegistry()
    const announce = showAnnouncements(registry)(async () => ({
      status: 'accepted',
      wanted: [],
      refused: [],
    }))
    const orders = await announce({
      nodeId: 'gpu-1',
      startedAtMs: 0,
      memoryBytes: 100,
      freeMemoryBytes: 60,
      versions: [{ ...version, phase: 'loading', tokensPerSecond: 12.5, memoryBytes: 40 }],
    })
    expect(orders.status).toBe('accepted')
    const text = await registry.text()
    for (const line of [
      'switchyard_node_memory_bytes{node="gpu-1",kind="free"} 60',
      'switchyard_node_slots{node="gpu-1",model="smol",version="v1",kind="busy"} 1',
      'switchyard_node_tokens_per_second{node="gpu-1",model="smol",version="v1"} 12.5',
      'switchyard_node_version_memory_bytes{node="gpu-1",model="smol",version="v1"} 40',
      'switchyard_node_version_ready{node="gpu-1",model="smol",version="v1"} 0',
    ]) {
      expect(text).toContain(`${line}\n`)
    }
  })
})

describe('a figure cache', () => {
  const options = (now: () => number, patienceMs = 60_000): FigureCacheOptions => ({
    freshMs: 5_000,
    patienceMs,
    keptMs: 60_000,
    now,
  })

  it('reads again only when the figures are old', async () => {
    let now = 0
    let reads = 0
    const latest = createFigureCache(
      async () => ++reads,
      options(() => now),
    )
    expect([await latest(), await latest()]).toEqual([1, 1])
    now = 5_000
    expect(await latest()).toBe(2)
  })

  it('shows the last figures while readings fail, and none when these are too old', async () => {
    let now = 0
    let isAway = false
    const read = async () => {
      if (isAway) throw new Error('away')
      return 1
    }
    const latest = createFigureCache(
      read,
      options(() => now),
    )
    await latest()
    isAway = true
    now = 59_999
    expect(await latest()).toBe(1)
    now = 60_000
    expect(await latest()).toBeUndefined()
  })

  it('does not wait for a reading that hangs, and does not begin a second one', async () => {
    let reads = 0
    const hang = () => {
      reads += 1
      return new Promise<number>(() => {})
    }
    const latest = createFigureCache(
      hang,
      options(() => 0, 5),
    )
    expect([await latest(), await latest()]).toEqual([undefined, undefined])
    expect(reads).toBe(1)
  })
})
