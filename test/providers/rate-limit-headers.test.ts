import { describe, expect, test } from 'vitest'
import { parseExhaustedUntil, parseResetDuration } from '../../providers/http/rate-limit-headers.ts'
import { watchRateLimits } from '../../providers/http/rate-limit-watch.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

const openAi = (unit: string, remaining: string, reset: string): Record<string, string> => ({
  [`x-ratelimit-remaining-${unit}`]: remaining,
  [`x-ratelimit-reset-${unit}`]: reset,
})
const anthropic = (unit: string, remaining: string, reset: string): Record<string, string> => ({
  [`anthropic-ratelimit-${unit}-remaining`]: remaining,
  [`anthropic-ratelimit-${unit}-reset`]: reset,
})

test.each([
  ['120ms', 120],
  ['1s', 1000],
  ['7.66s', 7660],
  ['6m0s', 360_000],
  ['1h2m3s', 3_723_000],
  ['1d', 86_400_000],
  ['0s', 0],
  ['59', 59_000],
  [' 2s ', 2000],
  ['', undefined],
  ['soon', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
])('the reset %j is %s milliseconds', (text, expected) => {
  expect(parseResetDuration(text)).toBe(expected)
})

describe('a limit that is used up holds until its reset', () => {
  test.each<[string, Record<string, string>, number]>([
    ['OpenAI requests', openAi('requests', '0', '2s'), 2000],
    ['OpenAI tokens', openAi('tokens', '0', '6m0s'), 360_000],
    ['Anthropic requests', anthropic('requests', '0', '2026-11-21T12:00:30Z'), 30_000],
    ['Anthropic tokens', anthropic('tokens', '0', '2026-11-21T12:00:30.5Z'), 30_500],
    ['Anthropic input tokens', anthropic('input-tokens', '0', '2026-11-21T14:00:10+02:00'), 10_000],
    ['Anthropic output tokens', anthropic('output-tokens', '0', '2026-11-21T12:01:00Z'), 60_000],
    ['the longest of several', { ...openAi('requests', '0', '9s'), ...openAi('tokens', '0', '20s') }, 20_000],
    [
      'one beside another with room',
      { ...openAi('requests', '3', '9m'), ...openAi('tokens', '0', '1s') },
      1000,
    ],
  ])('%s', (_title, headers, expectedMs) => {
    expect(parseExhaustedUntil(new Headers(headers), NOW)).toBe(NOW + expectedMs)
  })
})

describe('nothing is used up', () => {
  test.each<[string, Record<string, string>]>([
    ['without headers', {}],
    ['while something is left', openAi('requests', '1', '2s')],
    ['where the host does not know, as -1 says', openAi('tokens', '-1', '0')],
    ['when the reset is now', openAi('requests', '0', '0s')],
    ['when the reset is past', anthropic('requests', '0', '2026-11-21T11:59:59Z')],
    ['when the reset is missing', { 'x-ratelimit-remaining-requests': '0' }],
    ['when the reset cannot be read', openAi('requests', '0', 'later')],
    ['when the reset is a date and no instant', anthropic('tokens', '0', 'Sat, 21 Nov 2026')],
    ['when what is left cannot be read', openAi('requests', '', '2s')],
  ])('%s', (_title, headers) => {
    expect(parseExhaustedUntil(new Headers(headers), NOW)).toBeUndefined()
  })
})

describe('the watch over one call', () => {
  test('counts from the moment it is asked, not from the headers', () => {
    const clock = { nowMs: NOW }
    const watch = watchRateLimits(() => clock.nowMs)
    expect(watch.report()).toBeUndefined()
    watch.read(new Headers(openAi('requests', '0', '2s')))
    expect(watch.report()).toEqual({ exhaustedForMs: 2000 })
    clock.nowMs += 1500
    expect(watch.report()).toEqual({ exhaustedForMs: 500 })
    clock.nowMs += 500
    expect(watch.report()).toBeUndefined()
  })

  test('says nothing about a limit with room', () => {
    const watch = watchRateLimits(() => NOW)
    watch.read(new Headers(openAi('requests', '5', '2s')))
    expect(watch.report()).toBeUndefined()
  })
})
