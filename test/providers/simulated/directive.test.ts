import { expect, test } from 'vitest'
import { parseDirectives } from '../../../providers/simulated/directive.ts'

test('a message without directives asks for nothing', () => {
  expect(parseDirectives('Say [[hello]] to sim')).toEqual({})
})

test('all words of a directive are read', () => {
  const text =
    'Go [[sim latency=50 ttft=5 tokens=20 fault=429 retry-after=2.5 times=1 key=k text="a \\"b\\" ]] c"]] on'
  expect(parseDirectives(text)).toEqual({
    latency: 50,
    ttft: 5,
    tokens: 20,
    fault: '429',
    'retry-after': 2.5,
    times: 1,
    key: 'k',
    text: 'a "b" ]] c',
  })
})

test('limits are read with the time of their reset', () => {
  expect(parseDirectives('[[sim remaining-requests=0 remaining-tokens=9 reset=6m0s]]')).toMatchObject({
    'remaining-requests': 0,
    'remaining-tokens': 9,
    reset: 360_000,
  })
})

test('several directives are one, and the last word counts', () => {
  expect(parseDirectives('[[sim latency=1 tokens=2]] and [[sim latency=3]]')).toMatchObject({
    latency: 3,
    tokens: 2,
  })
})

test('without a key the directive itself is the key', () => {
  expect(parseDirectives('x [[sim fault=500 times=1]]').key).toBe('[[sim fault=500 times=1]]')
})

test.each(['[[sim fault=nonsense]]', '[[sim latncy=5]]', '[[sim tokens=many]]', '[[sim reset=soon]]'])(
  '%s is a readable error',
  (text) => {
    expect(() => parseDirectives(text)).toThrow(text)
  },
)
