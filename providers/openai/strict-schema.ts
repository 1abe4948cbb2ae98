import type { JsonObject, JsonValue } from '../../domain/json.ts'

/**
 * Whether a JSON schema lies in the subset that OpenAI enforces when `strict` is set: every object closed, every
 * property required. A schema outside it is sent without `strict`, because with it the API refuses the call.
 */
export function isStrictSchema(schema: JsonObject): boolean {
  return (
    Object.entries(schema).every(([keyword, value]) => isStrictMember(keyword, value)) && isClosed(schema)
  )
}

function isClosed(schema: JsonObject): boolean {
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : undefined
  if (properties === undefined && schema['type'] !== 'object') return true
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return (
    schema['additionalProperties'] === false && (properties ?? []).every((name) => required.includes(name))
  )
}

const MAPS_OF_SCHEMAS = new Set(['properties', '$defs', 'definitions'])

function isStrictMember(keyword: string, value: JsonValue | undefined): boolean {
  if (keyword === 'oneOf' || keyword === 'allOf' || keyword === 'not' || keyword === 'patternProperties')
    return false
  if (MAPS_OF_SCHEMAS.has(keyword) && isObject(value)) {
    return Object.values(value).every((member) => isObject(member) && isStrictSchema(member))
  }
  if (keyword === 'items') return isObject(value) && isStrictSchema(value)
  if (keyword === 'anyOf' && Array.isArray(value)) {
    return value.every((member: JsonValue) => isObject(member) && isStrictSchema(member))
  }
  return true
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
