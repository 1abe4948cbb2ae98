import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonObject, type JsonValue, canonicalJson } from '../../domain/json.ts'

const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value

/** The same value with every object's members in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => reversed(item))
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member ?? null)] as const)
  return Object.fromEntries(members.toReversed())
}

describe('canonicalJson', () => {
  it('writes equal text for members in any order', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
      }),
    )
  })

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const expected: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(expected)
      }),
    )
  })

  it('orders keys by code units, keeps lists in order and drops what is undefined', () => {
    const value: JsonObject = { b: [2, 1], a: { z: 1, B: undefined, A: null }, 10: '', 9: 'é' }
    expect(canonicalJson(value)).toBe('{"10":"","9":"é","a":{"A":null,"z":1},"b":[2,1]}')
  })
})
