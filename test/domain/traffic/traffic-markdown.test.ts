import { expect, it } from 'vitest'
import { STATES } from './traffic-states.ts'
import { trafficMarkdown } from '../../../domain/traffic/traffic-markdown.ts'

it('shows shares, status, the lease and the last decisions', () => {
  expect(trafficMarkdown(STATES['at 5 %']).split('\n')).toEqual([
    '**chat**: epoch 1, v1 is the stable version.',
    '',
    '| version | share | copies | status | since |',
    '| --- | ---: | ---: | --- | --- |',
    '| v1 | 95 % |  | active | 1970-01-01 00:16:40 UTC |',
    '| v2 | 5 % |  | active | 1970-01-01 00:16:40 UTC |',
    '| v3 | 0 % |  | registered | 1970-01-01 00:16:40 UTC |',
    '',
    '**rollout-7** holds the lease for v2 until 1970-01-01 00:18:40 UTC unless it renews it.',
    '',
    '**Last decisions**',
    '- 1970-01-01 00:16:40 UTC, rollout-7: v2 gets 5 %',
    '- 1970-01-01 00:16:40 UTC, rollout-7: took the lease for v2',
  ])
})

it('says when a rollout may begin, and what is copied', () => {
  expect(trafficMarkdown(STATES.fresh)).toContain('Nobody holds the lease: a rollout may begin.')
  expect(trafficMarkdown(STATES.mirrored)).toContain('| v2 | 0 % | 20 % | active |')
})
