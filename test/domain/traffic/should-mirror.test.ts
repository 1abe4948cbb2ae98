import { describe, expect, it } from 'vitest'
import { assignArm } from '../../../domain/rollout/assign.ts'
import { shouldMirror } from '../../../domain/traffic/should-mirror.ts'
import type { TrafficSnapshot } from '../../../domain/traffic/traffic-state.ts'

const KEYS = Array.from({ length: 50_000 }, (_, index) => `user:${index}`)

function snapshot(percent: number): TrafficSnapshot {
  const arms = [{ version: 'old', percent: 100 }]
  return { model: 'chat', epoch: 1, stableVersion: 'old', arms, mirror: { version: 'new', percent } }
}

const copied = (percent: number) => new Set(KEYS.filter((key) => shouldMirror(key, 'old', snapshot(percent))))

describe('copies', () => {
  it('are made of the share of requests that was asked for, within binomial error', () => {
    for (const percent of [0, 1, 10, 50, 100]) {
      const wanted = percent / 100
      const error = Math.abs(copied(percent).size / KEYS.length - wanted)
      expect(error).toBeLessThanOrEqual(4 * Math.sqrt((wanted * (1 - wanted)) / KEYS.length))
    }
  })

  it('of a larger share are made of the same keys and more', () => {
    const more = copied(25)
    expect([...copied(10)].every((key) => more.has(key))).toBe(true)
  })

  it('are never made of what the version answers itself, nor without a mirror', () => {
    expect(KEYS.some((key) => shouldMirror(key, 'new', snapshot(100)))).toBe(false)
    const { mirror: _none, ...unmirrored } = snapshot(100)
    expect(KEYS.some((key) => shouldMirror(key, 'old', unmirrored))).toBe(false)
  })

  it('do not follow the assignment: as many of those that would be moved first as of the others', () => {
    const arms = [
      { version: 'next', percent: 50 },
      { version: 'old', percent: 50 },
    ]
    const first = KEYS.filter((key) => assignArm(key, 'chat', arms).version === 'next')
    const share = first.filter((key) => copied20.has(key)).length / first.length
    expect(Math.abs(share - 0.2)).toBeLessThan(0.02)
  })
})

const copied20 = copied(20)
