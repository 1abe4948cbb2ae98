import type { GbnfJsonSchema } from 'node-llama-cpp'
import type { JsonObject, JsonValue } from '../../../domain/json.ts'

/** A schema that no grammar can hold; `message` says where and why. */
export class UnsupportedSchemaError extends Error {
  override readonly name = 'UnsupportedSchemaError'
}

type Definitions = Record<string, GbnfJsonSchema>
type ScalarType = 'string' | 'number' | 'integer' | 'boolean' | 'null'

const SCALAR_TYPES: readonly string[] = ['string', 'number', 'integer', 'boolean', 'null']
const GRAMMAR_FORMATS: readonly string[] = ['date', 'time', 'date-time']

/**
 * Turns a JSON schema into the dialect that the engine makes grammars from. Keywords that only narrow values
 * (`pattern`, `minimum`, …) are left out: the grammar is then wider, and the answer is checked afterwards. All
 * properties of an object are written, required or not.
 * @throws UnsupportedSchemaError for keywords that change the shape in a way that a grammar cannot follow.
 */
export function toGrammarSchema(schema: JsonObject, path = '$'): GbnfJsonSchema {
  const blocked = ['allOf', 'not', 'if', 'patternProperties', 'dependentSchemas'].find((key) => key in schema)
  if (blocked !== undefined)
    throw new UnsupportedSchemaError(`${path}.${blocked} cannot be held by a grammar`)
  const definitions = toDefinitions(schema['$defs'] ?? schema['definitions'], path)
  const shape = toShape(schema, path)
  return definitions === undefined ? shape : withDefinitions(shape, definitions)
}

function toShape(schema: JsonObject, path: string): GbnfJsonSchema {
  const { $ref, const: constant, enum: values, type } = schema
  const alternatives = schema['oneOf'] ?? schema['anyOf']
  if (typeof $ref === 'string') return { $ref: toReference($ref, path) }
  if (isArray(alternatives)) {
    return {
      oneOf: alternatives.map((item, index) => toGrammarSchema(toObject(item, path), `${path}[${index}]`)),
    }
  }
  if (constant !== undefined) return { const: toScalar(constant, path) }
  if (isArray(values)) return { enum: values.map((value) => toScalar(value, path)) }
  if (isArray(type)) return { oneOf: type.map((one) => toTyped({ ...schema, type: one }, path)) }
  return toTyped(schema, path)
}

function toTyped(schema: JsonObject, path: string): GbnfJsonSchema {
  const { type } = schema
  if (type === 'object') return toObjectShape(schema, path)
  if (type === 'array') return toArrayShape(schema, path)
  if (type === 'string') return toStringShape(schema)
  if (isScalarType(type)) return { type }
  throw new UnsupportedSchemaError(`${path} needs a type, const, enum, oneOf, anyOf or $ref`)
}

function toObjectShape(schema: JsonObject, path: string): GbnfJsonSchema {
  const properties = Object.entries(toObject(schema['properties'] ?? {}, path)).map(
    ([key, value]) => [key, toGrammarSchema(toObject(value, `${path}.${key}`), `${path}.${key}`)] as const,
  )
  const extra = schema['additionalProperties']
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    // A schema that names no property means a map, or any object; one that names some is taken as complete.
    additionalProperties: isObject(extra)
      ? toGrammarSchema(extra, `${path}.additionalProperties`)
      : properties.length === 0 && extra !== false,
  }
}

function toArrayShape(schema: JsonObject, path: string): GbnfJsonSchema {
  const { items, prefixItems } = schema
  return {
    type: 'array',
    ...(isObject(items) ? { items: toGrammarSchema(items, `${path}[]`) } : {}),
    ...(isArray(prefixItems)
      ? { prefixItems: prefixItems.map((item) => toGrammarSchema(toObject(item, path), `${path}[]`)) }
      : {}),
    ...numbers(schema, 'minItems', 'maxItems'),
  }
}

function toStringShape(schema: JsonObject): GbnfJsonSchema {
  const { format } = schema
  if (isGrammarFormat(format)) return { type: 'string', format }
  return { type: 'string', ...numbers(schema, 'minLength', 'maxLength') }
}

function toDefinitions(value: JsonValue | undefined, path: string): Definitions | undefined {
  if (value === undefined) return undefined
  const entries = Object.entries(toObject(value, path))
  return Object.fromEntries(
    entries.map(([name, definition]) => {
      return [name, toGrammarSchema(toObject(definition, `${path}.$defs.${name}`), `${path}.$defs.${name}`)]
    }),
  )
}

function withDefinitions(shape: GbnfJsonSchema, $defs: Definitions): GbnfJsonSchema {
  const takesDefinitions =
    '$ref' in shape || 'oneOf' in shape || ('type' in shape && !isScalarType(shape.type))
  return takesDefinitions ? { ...shape, $defs } : shape
}

function toReference($ref: string, path: string): `#/$defs/${string}` {
  const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec($ref)?.[1]
  if (name === undefined) throw new UnsupportedSchemaError(`${path}.$ref must point into #/$defs: ${$ref}`)
  return `#/$defs/${name}`
}

function toScalar(value: JsonValue, path: string): string | number | boolean | null {
  if (typeof value !== 'object' || value === null) return value
  throw new UnsupportedSchemaError(`${path} may only list strings, numbers, booleans and null`)
}

function toObject(value: JsonValue | undefined, path: string): JsonObject {
  if (isObject(value)) return value
  throw new UnsupportedSchemaError(`${path} must be a schema object`)
}

function numbers(schema: JsonObject, ...keys: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    keys
      .map((key) => [key, schema[key]] as const)
      .filter((entry): entry is readonly [string, number] => {
        return typeof entry[1] === 'number'
      }),
  )
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value)
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isScalarType(type: unknown): type is ScalarType {
  return typeof type === 'string' && SCALAR_TYPES.includes(type)
}

function isGrammarFormat(format: JsonValue | undefined): format is 'date' | 'time' | 'date-time' {
  return typeof format === 'string' && GRAMMAR_FORMATS.includes(format)
}
