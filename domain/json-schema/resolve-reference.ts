import type { JsonObject, JsonValue } from '../json.ts'
import { isRecord } from '../reading/composites.ts'
import { UnsupportedSchemaError } from './unsupported-schema-error.ts'

/** Finds what `#` or `#/$defs/name` points to. @throws UnsupportedSchemaError for anything else */
export function resolveReference(reference: string, schema: JsonObject): JsonValue {
  const unknown = (): UnsupportedSchemaError => new UnsupportedSchemaError(`${reference} points nowhere`)
  if (reference === '#') return schema
  if (!reference.startsWith('#/')) throw unknown()
  let found: unknown = schema
  for (const part of reference.slice(2).split('/')) {
    const name = decode(part).replaceAll('~1', '/').replaceAll('~0', '~')
    const members: ReadonlyMap<string, unknown> = new Map(
      typeof found === 'object' && found !== null ? Object.entries(found) : [],
    )
    if (!members.has(name)) throw unknown()
    found = members.get(name)
  }
  if (typeof found === 'boolean') return found
  if (!isSchema(found)) throw unknown()
  return found
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function isSchema(value: unknown): value is JsonObject {
  return isRecord(value)
}
