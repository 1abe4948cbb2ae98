import { describe, expect, it } from 'vitest'
import { checkAnswer } from '../../../domain/json-schema/check-answer.ts'
import type { JsonObject, JsonValue } from '../../../domain/json.ts'
import { satisfiesSchema } from '../../../domain/json-schema/satisfies-schema.ts'

const TREE: JsonObject = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
      required: ['name'],
      additionalProperties: false,
    },
  },
}

/** A schema, a value that satisfies it, and one that does not. */
const CASES: readonly (readonly [rule: string, schema: JsonObject, good: JsonValue, bad: JsonValue])[] = [
  ['a type', { type: 'string' }, 'a', 1],
  ['one of several types', { type: ['string', 'null'] }, null, 1],
  ['a whole number', { type: 'integer' }, 2, 2.5],
  ['a whole number written with a point', { type: 'integer' }, 2.0, '2'],
  ['a list, which is no object', { type: 'object' }, {}, []],
  ['null, which is no object', { type: 'object' }, {}, null],
  ['values', { enum: ['a', 1, null] }, null, 'b'],
  ['objects as values, whatever the order of members', { enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 }, { a: 1 }],
  ['a constant', { const: [1] }, [1], [2]],
  ['a constant null', { const: null }, null, 0],
  ['required members, without a type', { required: ['a'] }, { a: null }, {}],
  ['rules for members, without a type', { properties: { a: { type: 'string' } } }, { b: 1 }, { a: 1 }],
  ['no other members', { properties: { a: true }, additionalProperties: false }, { a: 1 }, { a: 1, b: 1 }],
  ['other members of a kind', { additionalProperties: { type: 'number' } }, { a: 1 }, { a: 'x' }],
  ['a member that is never there', { properties: { a: false } }, {}, { a: 1 }],
  ['names of members', { propertyNames: { maxLength: 1 } }, { a: 1 }, { ab: 1 }],
  ['a number of members', { minProperties: 1, maxProperties: 1 }, { a: 1 }, { a: 1, b: 1 }],
  ['members that need others', { dependentRequired: { a: ['b'] } }, { b: 1 }, { a: 1 }],
  ['items', { items: { type: 'number' } }, [1, 2], [1, 'x']],
  ['the first items', { prefixItems: [{ type: 'string' }], items: { type: 'number' } }, ['a', 1], [1, 1]],
  ['a number of items', { minItems: 1, maxItems: 2 }, [1], []],
  ['items that differ', { uniqueItems: true }, [1, '1'], [{ a: 1 }, { a: 1 }]],
  ['an item that is there', { contains: { const: 1 } }, [2, 1], [2]],
  ['an item that is there at most twice', { contains: { const: 1 }, maxContains: 2 }, [1, 1], [1, 1, 1]],
  ['characters, not code units', { maxLength: 1 }, '🙂', 'ab'],
  ['a least length', { minLength: 2 }, 'ab', 'a'],
  ['bounds', { minimum: 1, maximum: 2 }, 2, 2.1],
  ['bounds that are not reached', { exclusiveMinimum: 1, exclusiveMaximum: 2 }, 1.5, 1],
  ['a multiple that binary fractions miss', { multipleOf: 0.1 }, 0.3, 0.35],
  ['all of', { allOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1, b: 1 }, { a: 1 }],
  ['any of', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 1, true],
  ['exactly one of', { oneOf: [{ type: 'number' }, { type: 'integer' }] }, 1.5, 1],
  ['not', { not: { type: 'string' } }, 1, 'a'],
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword's name
  ['if and then', { if: { type: 'string' }, then: { minLength: 2 } }, 1, 'a'],
  ['if and else', { if: { type: 'string' }, else: { minimum: 2 } }, 'a', 1],
  [
    'a schema that refers to itself',
    TREE,
    { name: 'a', children: [{ name: 'b' }] },
    { name: 'a', children: [{}] },
  ],
  [
    'a reference beside other rules',
    { $ref: '#/$defs/x', minimum: 3, $defs: { x: { type: 'number' } } },
    3,
    2,
  ],
  ['a member named like one of Object', { required: ['toString'] }, { toString: 1 }, {}],
  ['a format, only as a remark', { type: 'string', format: 'email' }, 'not an address', 1],
]

describe('a value', () => {
  it.each(CASES)('satisfies a schema with %s, or does not', (_rule, schema, good, bad) => {
    expect(satisfiesSchema(good, schema)).toBe(true)
    expect(satisfiesSchema(bad, schema)).toBe(false)
  })

  it.each<JsonObject>([
    { patternProperties: { '^x': {} } },
    { unevaluatedProperties: false },
    { $ref: 'elsewhere.json' },
    { $ref: '#/$defs/none' },
    { $ref: '#' },
    { items: 1 },
  ])('cannot be judged by %j', (schema) => {
    expect(() => satisfiesSchema([{}], schema)).toThrow(
      expect.objectContaining({ name: 'UnsupportedSchemaError' }),
    )
  })

  it('is not judged by a schema whose alternatives double at every level', () => {
    const levels = Array.from({ length: 40 }, (_, level) => {
      const next = level === 39 ? { type: 'string' } : { $ref: `#/$defs/l${level + 1}` }
      return [`l${level}`, { anyOf: [next, next] }] as const
    })
    const schema = { $ref: '#/$defs/l0', $defs: Object.fromEntries(levels) }
    expect(() => satisfiesSchema(1, schema)).toThrow('more than')
  })

  it('is judged without its patterns, which could take for ever', () => {
    expect(satisfiesSchema(`${'a'.repeat(50)}!`, { type: 'string', pattern: '^(a+)+$' })).toBe(true)
  })
})

describe('an answer', () => {
  const schema = { type: 'json-schema', name: 'x', schema: { type: 'object', required: ['a'] } } as const
  const answer = (content: string) => ({ content, finishReason: 'stop' }) as const

  it('is valid when it parses and satisfies its schema', () => {
    expect(checkAnswer(answer(' {"a": 1}\n'), schema)).toBe('valid')
    expect(checkAnswer(answer('{"b": 1}'), schema)).toBe('invalid')
    expect(checkAnswer(answer('Here it is: {"a": 1}'), schema)).toBe('invalid')
    expect(checkAnswer(answer('{"a": 1'), schema)).toBe('invalid')
  })

  it('that was to be any JSON must be an object', () => {
    expect(checkAnswer(answer('{}'), { type: 'json' })).toBe('valid')
    expect(checkAnswer(answer('[]'), { type: 'json' })).toBe('invalid')
    expect(checkAnswer(answer(''), { type: 'json' })).toBe('invalid')
  })

  it('has no shape when none was asked for, and neither has a refusal or a tool call', () => {
    expect(checkAnswer(answer('x'), undefined)).toBeUndefined()
    expect(checkAnswer(answer('x'), { type: 'text' })).toBeUndefined()
    expect(checkAnswer({ ...answer('x'), refusal: 'no' }, schema)).toBeUndefined()
    expect(checkAnswer({ content: '', finishReason: 'tool-calls' }, schema)).toBeUndefined()
  })

  it('is not judged by a schema that nothing can be said about', () => {
    const unknown = { ...schema, schema: { unevaluatedProperties: false } } as const
    expect(checkAnswer(answer('{}'), unknown)).toBeUndefined()
  })
})
