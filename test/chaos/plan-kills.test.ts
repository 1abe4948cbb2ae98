import { describe, expect, it } from 'vitest'
import { PHASES, planKills, VICTIMS } from './rollout/plan-kills.ts'

describe('planKills', () => {
  it('kills everything in every phase when it is asked for the whole', () => {
    const kills = planKills({ seed: 1, isWhole: true })
    expect(new Set(kills.map(({ phase, victim }) => `${phase} ${victim}`)).size).toBe(
      PHASES.length * VICTIMS.length,
    )
  })

  it.each([1, 2, 3, 4, 5])('kills in each phase, and everything once, with seed %i', (seed) => {
    const kills = planKills({ seed, isWhole: false })
    expect(kills.map(({ phase }) => phase)).toEqual([...PHASES])
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(VICTIMS.length)
  })

  it('comes to other pairs with another seed', () => {
    const pairs = Array.from({ length: 20 }, (_, seed) => JSON.stringify(planKills({ seed, isWhole: false })))
    expect(new Set(pairs).size).toBe(VICTIMS.length)
  })
})
