import { describe, expect, it } from 'vitest'
import { findMisroutings } from './rollout/find-misroutings.ts'
import { placeOf } from '../../domain/rollout/assign.ts'

const HALF = {
  model: 'chat',
  epoch: 3,
  stableVersion: 'v1',
  arms: [
    { version: 'v2', percent: 50 },
    { version: 'v1', percent: 50 },
  ],
}
const PUBLISHED = [{ model: 'chat', epoch: 3, snapshot: HALF }]
const KEYS = Array.from({ length: 20 }, (_, index) => `request:${index}`)
const [CANARY_KEY = ''] = KEYS.filter((key) => placeOf(key, 'chat') < 0.5)
const [STABLE_KEY = ''] = KEYS.filter((key) => placeOf(key, 'chat') >= 0.5)

function attempt(
  key: string | null,
  version: string,
  changes: { epoch?: number | null; share?: number } = {},
) {
  return { attemptId: 'a1', model: 'chat', version, epoch: 3, share: 0.5, key, ...changes }
}

describe('findMisroutings', () => {
  it('has nothing to say when every key is where its share is', () => {
    expect(
      findMisroutings(
        [
          attempt(CANARY_KEY, 'v2'),
          attempt(STABLE_KEY, 'v1'),
          attempt(null, 'v1'),
          attempt(null, 'v9', { epoch: null }),
        ],
        PUBLISHED,
      ),
    ).toEqual([])
  })

  it.each([
    { what: 'a key on the other arm', wrong: attempt(CANARY_KEY, 'v1'), says: 'its share is with v2' },
    {
      what: 'another share',
      wrong: attempt(CANARY_KEY, 'v2', { share: 0.25 }),
      says: 'bears a share of 0.25',
    },
    {
      what: 'an epoch that never was',
      wrong: attempt(CANARY_KEY, 'v2', { epoch: 4 }),
      says: 'never published',
    },
    { what: 'a stand-in that is not the stable version', wrong: attempt(null, 'v2'), says: 'stands in' },
  ])('finds $what', ({ wrong, says }) => {
    expect(findMisroutings([wrong], PUBLISHED)).toEqual([expect.stringContaining(says)])
  })

  it('finds an epoch that is published twice, left out or taken back', () => {
    const of = (epoch: number) => ({ model: 'chat', epoch, snapshot: { ...HALF, epoch } })
    expect(findMisroutings([], [of(1), of(2), of(3)])).toEqual([])
    expect(findMisroutings([], [of(1), of(1), of(3), of(2)])).toHaveLength(3)
  })
})
