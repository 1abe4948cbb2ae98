import { describe, expect, it } from 'vitest'
import { INTERVENTIONS, planRequest } from './storm/plan-request.ts'
import { planStorm } from './storm/plan-storm.ts'

describe('the plan of a storm', () => {
  it('is the same for the same seed, and another for another', () => {
    const size = { seed: 7, store: 'postgres', minutes: 1 } as const
    expect(planStorm(size)).toEqual(planStorm(size))
    expect(planStorm(size)).not.toEqual(planStorm({ ...size, seed: 8 }))
    expect(planRequest(7, 12)).toEqual(planRequest(7, 12))
    expect(planRequest(7, 12)).not.toEqual(planRequest(8, 12))
  })

  it.each([1, 2, 3])('kills at least ten times, each process at least three times (seed %i)', (seed) => {
    const { kills } = planStorm({ seed, store: 'postgres', minutes: 0 })
    const byVictim = Map.groupBy(kills, ({ victim }) => victim)
    const counts = ['orchestrator', 'cloud', 'temporal'] as const
    for (const victim of counts) expect(byVictim.get(victim)?.length).toBeGreaterThanOrEqual(3)
    expect(byVictim.get('database')).toHaveLength(1)
    expect(kills.length).toBeGreaterThan(10)
  })

  it('spares the embedded database, which dies with its orchestrator', () => {
    const { kills } = planStorm({ seed: 1, store: 'pglite', minutes: 1 })
    expect(kills.map(({ victim }) => victim)).not.toContain('database')
  })

  it('lasts as long as was asked for', () => {
    const { kills } = planStorm({ seed: 1, store: 'pglite', minutes: 5 })
    const totalMs = kills.reduce((sum, { pauseMs }) => sum + pauseMs, 0)
    expect(totalMs).toBeGreaterThanOrEqual(300_000)
    expect(totalMs).toBeLessThan(330_000)
  })

  it('interferes with requests in each of three ways, again and again', () => {
    const requests = Array.from({ length: 90 }, (_, index) => planRequest(5, index))
    for (const kind of INTERVENTIONS) {
      expect(requests.filter(({ intervention }) => intervention === kind)).toHaveLength(3)
    }
  })

  it('asks 429s to wait for one to two seconds', () => {
    for (let index = 0; index < 50; index++) {
      const seconds = Number(/retry-after=([\d.]+)/.exec(planRequest(1, index).prompt)?.[1])
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(2)
    }
  })
})
