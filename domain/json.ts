/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object of JSON values. `undefined` members are left out on the wire. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** Wire types are JSON by construction; this gives them the type. `undefined` members are dropped when it is written. */
export function toJson(value: object): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as JsonValue
}

/**
 * Writes a value with its object keys in code-unit order, so that equal values give equal text.
 * `undefined` members are dropped, as `JSON.stringify` does.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

function isJsonArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value)
}
