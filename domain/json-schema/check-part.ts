import type { JsonValue } from '../json.ts'

/** Checks a part of a value against a part of its schema. */
export type CheckPart = (value: JsonValue, schema: JsonValue) => boolean
