/** Collects what is wrong with an input, each with its place. */
export interface Problems {
  add(path: string, message: string): void
}

/** What a reader returns instead of a value when it has added a problem. */
export const INVALID = Symbol('invalid')

/**
 * Turns something unknown into a `Value`, or adds what is wrong with it.
 * Workflows read their input with these rather than with a schema library: measured, a library's schemas cost more
 * than a megabyte in every cached workflow (`docs/decisions/0005`).
 * @param path where the value stands, e.g. `plan.subtasks.2.id`
 */
export type Reader<Value> = (value: unknown, path: string, problems: Problems) => Value | typeof INVALID

/** A member that may be left out; then it is left out of the result as well. */
export interface OptionalReader<Value> extends Reader<Value> {
  readonly isOptional: true
}

/** What a reader reads. */
export type Read<R> = R extends Reader<infer Value> ? Value : never

export type ReadResult<Value> =
  | { readonly ok: true; readonly value: Value }
  /** Sentences such as `plan.subtasks.2.id: must not be empty`. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads a whole input and finds everything that is wrong with it, not only the first thing. */
export function readWhole<Value>(reader: Reader<Value>, input: unknown): ReadResult<Value> {
  const problems: string[] = []
  const value = reader(input, '', { add: (path, message) => problems.push(`${path || 'input'}: ${message}`) })
  if (value !== INVALID && problems.length === 0) return { ok: true, value }
  return { ok: false, problems }
}

/** The path of a member. */
export function memberPath(path: string, member: string | number): string {
  return path === '' ? String(member) : `${path}.${member}`
}

/** A word or a number, as people type settings; anything longer may be a prompt and is not repeated in a log. */
const SHORT_WORD = /^[\w.:-]{1,24}$/

/** Says what stands where something else is wanted. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return SHORT_WORD.test(value) ? JSON.stringify(value) : 'a text'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object'
}
