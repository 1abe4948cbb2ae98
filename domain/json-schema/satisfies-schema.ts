import { isRecord } from '../reading/composites.ts'
import { canonicalJson, type JsonObject, type JsonValue } from '../json.ts'
import type { CheckPart } from './check-part.ts'
import { isArrayValid, isNumberValid, isObjectValid, isStringValid } from './check-kinds.ts'
import { resolveReference } from './resolve-reference.ts'
import { UnsupportedSchemaError } from './unsupported-schema-error.ts'

/** A schema that refers to itself without going deeper into the value never ends. */
const DEEPEST = 500
/** Nor does one whose alternatives double at every level. */
const MOST_CHECKS = 200_000

/** What is said of other parts of the value or of other documents; it cannot be left out without changing the verdict. */
const UNSUPPORTED = [
  'patternProperties',
  '$dynamicRef',
  'unevaluatedProperties',
  'unevaluatedItems',
  'dependentSchemas',
]

/**
 * Whether a value satisfies a JSON schema (2020-12). `format` is taken as a remark, as the standard does by default.
 * `pattern` is not run: a caller's expression could take for ever on the right text.
 * @throws UnsupportedSchemaError where nothing can be said
 */
export function satisfiesSchema(value: JsonValue, schema: JsonObject): boolean {
  let [depth, checks] = [0, 0]
  const check: CheckPart = (part, rules) => {
    if (typeof rules === 'boolean') return rules
    if (!isObject(rules)) throw new UnsupportedSchemaError('a schema must be an object, true or false')
    if (++depth > DEEPEST) throw new UnsupportedSchemaError(`it goes deeper than ${DEEPEST}`)
    if (++checks > MOST_CHECKS) throw new UnsupportedSchemaError(`it takes more than ${MOST_CHECKS} checks`)
    const isValid = checkOne(part, rules)
    depth--
    return isValid
  }
  const checkOne = (part: JsonValue, rules: JsonObject): boolean => {
    const unsupported = UNSUPPORTED.find((keyword) => keyword in rules)
    if (unsupported !== undefined) throw new UnsupportedSchemaError(`${unsupported} is not known here`)
    const { $ref } = rules
    if (typeof $ref === 'string' && !check(part, resolveReference($ref, schema))) return false
    return (
      isKindValid(part, rules) &&
      isOneOfValues(part, rules) &&
      isCombinationValid(part, rules, check) &&
      isInsideValid(part, rules, check)
    )
  }
  return check(value, schema)
}

function isInsideValid(value: JsonValue, rules: JsonObject, check: CheckPart): boolean {
  if (typeof value === 'string') return isStringValid(value, rules)
  if (typeof value === 'number') return isNumberValid(value, rules)
  if (isArray(value)) return isArrayValid(value, rules, check)
  return isObject(value) ? isObjectValid(value, rules, check) : true
}

function isKindValid(value: JsonValue, { type }: JsonObject): boolean {
  if (type === undefined) return true
  const allowed = isArray(type) ? type : [type]
  return allowed.some((kind) => kind === kindOf(value) || (kind === 'integer' && Number.isInteger(value)))
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  return isArray(value) ? 'array' : typeof value
}

function isOneOfValues(value: JsonValue, rules: JsonObject): boolean {
  const { enum: values } = rules
  if ('const' in rules && !isSame(value, rules['const'] ?? null)) return false
  return !isArray(values) || values.some((allowed) => isSame(value, allowed))
}

function isCombinationValid(value: JsonValue, rules: JsonObject, check: CheckPart): boolean {
  const { allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = rules
  const isValid = (schema: JsonValue): boolean => check(value, schema)
  if (isArray(allOf) && !allOf.every(isValid)) return false
  if (isArray(anyOf) && !anyOf.some(isValid)) return false
  if (isArray(oneOf) && oneOf.filter(isValid).length !== 1) return false
  if (not !== undefined && isValid(not)) return false
  if (condition === undefined) return true
  return isValid((isValid(condition) ? then : otherwise) ?? true)
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  return canonicalJson(left) === canonicalJson(right)
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isObject(value: JsonValue): value is JsonObject {
  return isRecord(value)
}
