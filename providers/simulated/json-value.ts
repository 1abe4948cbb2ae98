import type { JsonObject, JsonValue } from '../../domain/json.ts'
import { pick, type Random, words } from './seeded-random.ts'

/** How values are made. */
export interface JsonValueSettings {
  readonly random: Random
  /** Entries of every array named `subtasks`. */
  readonly subtasks: number
}

interface Place extends JsonValueSettings {
  readonly root: JsonObject
  /** The property that the value is for. */
  readonly name: string
  /** Numbers from 1 of the array entries that it stands in, for distinct texts. */
  readonly path: readonly number[]
  readonly depth: number
}

/** Beyond this depth only what is required is made, so that recursive schemas end. */
const DEEP = 8

/** Makes a value that is valid for a JSON schema, as far as it uses the keywords that providers enforce. */
export function jsonValueFor(schema: JsonObject, settings: JsonValueSettings): JsonValue {
  return make(schema, { ...settings, root: schema, name: 'answer', path: [], depth: 0 })
}

function make(schema: JsonObject, place: Place): JsonValue {
  const { random } = place
  const target = resolve(schema, place.root)
  const constant = target['const']
  if (constant !== undefined) return constant
  const choices = nonEmpty(target['enum'])
  if (choices !== undefined) return pick(choices, random)
  // The first alternative is as good as any, and ends recursion where the schema puts the leaf first.
  const [alternative] = nonEmpty(target['anyOf']) ?? nonEmpty(target['oneOf']) ?? []
  if (isObject(alternative))
    return make({ ...target, anyOf: undefined, oneOf: undefined, ...alternative }, place)
  switch (typeOf(target)) {
    case 'object':
      return makeObject(target, place)
    case 'array':
      return makeArray(target, place)
    case 'integer':
      return Math.round(makeNumber(target, random))
    case 'number':
      return makeNumber(target, random)
    case 'boolean':
      return random() < 0.5
    case 'null':
      return null
    default:
      return makeString(target, place)
  }
}

function makeObject(schema: JsonObject, place: Place): JsonValue {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
  const wanted = properties.filter(([name]) => place.depth < DEEP || required.includes(name))
  return Object.fromEntries(
    wanted.map(([name, member]) => [
      name,
      make(asSchema(member), { ...place, name, depth: place.depth + 1 }),
    ]),
  )
}

function makeArray(schema: JsonObject, place: Place): JsonValue {
  const count = Math.max(
    number(schema['minItems'], 0),
    Math.min(number(schema['maxItems'], 1000), usual(place)),
  )
  const items = asSchema(schema['items'])
  return Array.from({ length: count }, (_, index) =>
    make(items, { ...place, path: [...place.path, index + 1], depth: place.depth + 1 }),
  )
}

/** A made-up dependency would point to nothing, so lists of ids stay empty. */
function usual({ name, subtasks, depth }: Place): number {
  if (name === 'subtasks') return subtasks
  return /depend|needs|after/i.test(name) || depth >= DEEP ? 0 : 2
}

function makeNumber(schema: JsonObject, random: Random): number {
  const low = Math.max(number(schema['minimum'], 0), number(schema['exclusiveMinimum'], -1) + 1)
  const high = Math.min(
    number(schema['maximum'], low + 100),
    number(schema['exclusiveMaximum'], low + 101) - 1,
  )
  const step = number(schema['multipleOf'], 1)
  return Math.min(high, Math.ceil(low / step) * step + step * Math.floor((random() * (high - low)) / step))
}

function makeString(schema: JsonObject, { name, path, random }: Place): string {
  const position = path.join('.')
  if (name === 'id') return `s${position === '' ? '1' : position}`
  const label = position === '' ? name : `${name} ${position}`
  const wanted = `${label}: ${words(5, random)}`
  const text = wanted.padEnd(number(schema['minLength'], 0), ` ${words(5, random)}`)
  return text.slice(0, number(schema['maxLength'], text.length))
}

function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  let target: JsonValue | undefined = root
  for (const step of reference.split('/').slice(1)) target = isObject(target) ? target[step] : undefined
  return resolve(asSchema(target), root)
}

function typeOf(schema: JsonObject): string {
  const type = schema['type']
  const [first] = nonEmpty(type) ?? [type]
  if (typeof first === 'string') return first
  if (schema['properties'] !== undefined) return 'object'
  return schema['items'] === undefined ? 'string' : 'array'
}

function asSchema(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function number(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function nonEmpty(value: JsonValue | undefined): readonly [JsonValue, ...JsonValue[]] | undefined {
  if (!Array.isArray(value)) return undefined
  const [first, ...rest]: readonly JsonValue[] = value
  return first === undefined ? undefined : [first, ...rest]
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
