import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { excerptOf, isJsonText, normaliseAnswer } from '../../../domain/consensus/normalise-answer.ts'

const normal = (text: string): string => normaliseAnswer({ text, toolCalls: [] })

test.each([
  ['Paris', ' paris.\n'],
  ['Paris', '"Paris"'],
  ['It is  Paris', 'it is\n\tparis!!!'],
  ['{"a": 1, "b": [2]}', '{ "b": [2.0],\n "a": 1 }'],
  ['42', '42.'],
  ['TRUE', 'true'],
  ['Café', 'Cafe\u0301'],
])('%j says the same as %j', (left, right) => {
  expect(normal(left)).toBe(normal(right))
})

test.each([
  ['Paris', 'London'],
  ['{"a": 1}', '{"a": 2}'],
  ['[1, 2]', '[2, 1]'],
  ['-1', '1'],
  ['{"a": "X"}', '{"a": "x"}'],
])('%j does not say the same as %j', (left, right) => {
  expect(normal(left)).not.toBe(normal(right))
})

describe('normalising', () => {
  it('twice changes nothing more for a text that is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!isJsonText(text) && !isJsonText(normal(text)))
        expect(normal(normal(text))).toBe(normal(text))
      }),
    )
  })

  it('does not depend on how JSON is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(normal(JSON.stringify(value, null, 2))).toBe(normal(JSON.stringify(value)))
      }),
    )
  })

  it('takes JSON that is nested too deep for the stack as a text', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    expect(normal(deep)).toHaveLength(deep.length)
  })

  it('stays fast on nothing but dots', () => {
    const startedAt = performance.now()
    expect(normal(`${'. '.repeat(200_000)}a`)).toHaveLength(400_001)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('compares the tools that are called and their arguments, not the ids of the calls', () => {
    const calling = (id: string, argumentsJson: string) =>
      normaliseAnswer({ text: '', toolCalls: [{ id, name: 'weather', argumentsJson }] })
    expect(calling('1', '{"city":"Rome","day":1}')).toBe(calling('2', '{ "day": 1, "city": "Rome" }'))
    expect(calling('1', '{"city":"Rome"}')).not.toBe(calling('1', '{"city":"Oslo"}'))
  })
})

describe('an excerpt', () => {
  it('is one line of a bounded length', () => {
    expect(excerptOf(' a\n  b ')).toBe('a b')
    expect(excerptOf('abcdef', 4)).toBe('abc…')
  })
})
