import { expect, it } from 'vitest'
import { VersionWatch } from '../../workflows/rollout/version-watch.ts'

const GONE = { isReady: false, reason: 'its node is gone' } as const

it('A version is lost when it was not ready for a minute on end, over several runs too', () => {
  const watch = new VersionWatch()
  expect(watch.see(GONE, 1000)).toBeUndefined()
  expect(watch.see(GONE, 60_000)).toBeUndefined()
  expect(watch.see({ isReady: true }, 60_500)).toBeUndefined()
  expect(watch.see(GONE, 61_500)).toBeUndefined()
  const next = new VersionWatch(watch.goneSinceMs)
  expect(next.see(GONE, 121_499)).toBeUndefined()
  expect(next.see(GONE, 121_500)).toBe('not ready for 60 s: its node is gone')
})
