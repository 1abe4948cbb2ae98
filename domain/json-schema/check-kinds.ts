import { canonicalJson, type JsonObject, type JsonValue } from '../json.ts'
import { isRecord } from '../reading/composites.ts'
import type { CheckPart } from './check-part.ts'

/** Whether a text is as long as it may be, in characters as people count them. */
export function isStringValid(text: string, { minLength, maxLength }: JsonObject): boolean {
  if (minLength === undefined && maxLength === undefined) return true
  return isWithin(Array.from(text).length, minLength, maxLength)
}

/** How far a quotient may be from a whole number, which binary fractions cannot always meet. */
const TOLERANCE = 1e-9

export function isNumberValid(value: number, rules: JsonObject): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = rules
  if (!isWithin(value, minimum, maximum)) return false
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return false
  if (typeof multipleOf !== 'number') return true
  const quotient = value / multipleOf
  return Math.abs(quotient - Math.round(quotient)) <= TOLERANCE * Math.max(1, Math.abs(quotient))
}

export function isArrayValid(items: readonly JsonValue[], rules: JsonObject, check: CheckPart): boolean {
  const { minItems, maxItems, uniqueItems, prefixItems, items: rest, contains } = rules
  if (!isWithin(items.length, minItems, maxItems)) return false
  if (uniqueItems === true && new Set(items.map(canonicalJson)).size < items.length) return false
  const first: readonly JsonValue[] = Array.isArray(prefixItems) ? prefixItems : []
  const areItemsValid = items.every((item, index) => check(item, first[index] ?? rest ?? true))
  if (!areItemsValid || contains === undefined) return areItemsValid
  const { minContains, maxContains } = rules
  return isWithin(items.filter((item) => check(item, contains)).length, minContains ?? 1, maxContains)
}

export function isObjectValid(value: JsonObject, rules: JsonObject, check: CheckPart): boolean {
  const names = Object.keys(value)
  const { minProperties, maxProperties, required, dependentRequired, propertyNames } = rules
  if (!isWithin(names.length, minProperties, maxProperties)) return false
  if (!hasAll(value, required)) return false
  const dependent = isRecord(dependentRequired) ? Object.entries(dependentRequired) : []
  if (!dependent.every(([name, others]) => !Object.hasOwn(value, name) || hasAll(value, others))) return false
  if (propertyNames !== undefined && !names.every((name) => check(name, propertyNames))) return false
  const { properties, additionalProperties = true } = rules
  const known = isObject(properties) ? properties : {}
  return Object.entries(value).every(([name, member]) =>
    check(member ?? null, (Object.hasOwn(known, name) ? known[name] : undefined) ?? additionalProperties),
  )
}

function hasAll(value: JsonObject, names: unknown): boolean {
  return !Array.isArray(names) || names.every((name) => Object.hasOwn(value, String(name)))
}

function isWithin(value: number, least: JsonValue | undefined, most: JsonValue | undefined): boolean {
  return !(typeof least === 'number' && value < least) && !(typeof most === 'number' && value > most)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value)
}
