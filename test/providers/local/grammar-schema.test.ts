import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { numberedLinesGrammar } from '../../../providers/local/host/json-grammar.ts'
import { toGrammarSchema } from '../../../providers/local/host/grammar-schema.ts'
import type { JsonObject } from '../../../domain/json.ts'

describe('a JSON schema for a grammar', () => {
  it('keeps the shapes that a grammar knows', () => {
    const schema: JsonObject = {
      type: 'object',
      properties: {
        id: { type: 'string', maxLength: 8 },
        tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1 },
      },
      required: ['id'],
    }
    expect(toGrammarSchema(schema)).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', maxLength: 8 },
        tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1 },
      },
      additionalProperties: false,
    })
  })

  it('takes what zod writes, nullable and repeated parts included', () => {
    const schema = z.object({ name: z.string().min(1).nullable(), count: z.int().min(0).max(9) })
    const written: JsonObject = JSON.parse(JSON.stringify(z.toJSONSchema(schema)))
    expect(toGrammarSchema(written)).toMatchObject({
      properties: {
        name: { oneOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
        count: { type: 'integer' },
      },
    })
  })

  it('follows references into both places for definitions', () => {
    const schema: JsonObject = {
      type: 'array',
      items: { $ref: '#/definitions/step' },
      definitions: { step: { type: 'object', properties: { next: { $ref: '#/definitions/step' } } } },
    }
    expect(toGrammarSchema(schema)).toMatchObject({
      items: { $ref: '#/$defs/step' },
      $defs: { step: { properties: { next: { $ref: '#/$defs/step' } } } },
    })
  })

  it.each([
    [{ type: 'object', properties: { a: { allOf: [{ type: 'string' }] } } }, '$.a.allOf'],
    [{ type: 'object', properties: { a: {} } }, '$.a needs a type'],
    [{ $ref: 'elsewhere.json' }, '$.$ref must point into #/$defs'],
    [{ enum: [{ a: 1 }] }, '$ may only list'],
    [{ type: 'object', properties: { a: true } }, '$.a must be a schema object'],
  ])('says where it cannot follow %j', (schema, message) => {
    expect(() => toGrammarSchema(schema)).toThrow(message)
  })
})

describe('the grammar of numbered lines', () => {
  it('names every line once and bounds its length', () => {
    expect(numberedLinesGrammar(2, 12, 110)).toContain(String.raw`root ::= "1. " line "\n2. " line "\n"?`)
    expect(numberedLinesGrammar(2, 12, 110)).toContain('{11,109}')
  })
})
