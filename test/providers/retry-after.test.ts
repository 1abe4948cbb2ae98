import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../providers/http/retry-after.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

test.each([
  ['milliseconds', { 'retry-after-ms': '1500' }, 1500],
  ['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  ['whole seconds', { 'retry-after': '7' }, 7000],
  ['fractions of a second', { 'retry-after': '0.5' }, 500],
  ['zero', { 'retry-after': '0' }, 0],
  ['an HTTP date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  ['a date in the past as no wait', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  ['nothing from no header', {}, undefined],
  ['nothing from words', { 'retry-after': 'soon' }, undefined],
  ['nothing from a negative number', { 'retry-after': '-5' }, undefined],
  ['seconds where the milliseconds are unreadable', { 'retry-after-ms': 'x', 'retry-after': '2' }, 2000],
])('reads %s', (_title, headers: Record<string, string>, expected) => {
  expect(parseRetryAfter(new Headers(headers), NOW)).toBe(expected)
})
