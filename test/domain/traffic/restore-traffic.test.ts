import { describe, expect, it } from 'vitest'
import { describeTraffic, NOW, STATES } from './traffic-states.ts'
import { initialTraffic, snapshotOf, type TrafficState } from '../../../domain/traffic/traffic-state.ts'
import { restoreTraffic } from '../../../domain/traffic/restore-traffic.ts'

const VERSIONS = ['v1', 'v2', 'v3']

describe('traffic that begins anew', () => {
  it('gives a model that was never published its first version', () => {
    expect(restoreTraffic('chat', VERSIONS, undefined, NOW)).toEqual(initialTraffic('chat', VERSIONS, NOW))
  })

  it.each(Object.entries(STATES))('gives everything to the stable version: %s', (_name, state) => {
    const published = snapshotOf(state)
    const restored = restoreTraffic('chat', VERSIONS, published, NOW + 5)
    const { stableVersion } = state
    const { lease: _lost, ...withoutLease }: TrafficState = state
    expect(describeTraffic(restored)).toBe(`${stableVersion} 100; stable ${stableVersion}`)
    expect(restored.versions.filter(({ status }) => status === 'active')).toHaveLength(1)
    expect(restored.versions.find(({ status }) => status === 'active')?.version).toBe(stableVersion)
    // Whoever reads the table sees the change.
    const isSame = describeTraffic(withoutLease) === describeTraffic(restored)
    expect(restored.epoch).toBe(published.epoch + (isSame ? 0 : 1))
  })

  it('ends copies that were published', () => {
    const restored = restoreTraffic('chat', VERSIONS, snapshotOf(STATES.mirrored), NOW)
    expect(restored).not.toHaveProperty('mirror')
    expect(restored.epoch).toBe(STATES.mirrored.epoch + 1)
  })

  it('goes to the first version where the catalog has the stable one no more', () => {
    const restored = restoreTraffic('chat', ['v3', 'v4'], snapshotOf(STATES.promoted), NOW)
    expect(describeTraffic(restored)).toBe('v3 100; stable v3')
    expect(restored.epoch).toBe(STATES.promoted.epoch + 1)
  })

  it('needs a version', () => {
    expect(() => restoreTraffic('chat', [], undefined, NOW)).toThrow('chat has no version')
  })
})
