import { describeValue, INVALID, memberPath, type OptionalReader, type Read, type Reader } from './reader.ts'

/** A list of at least `minLength` and at most `maxLength` items. */
export function list<Item>(
  item: Reader<Item>,
  { minLength = 0, maxLength = Infinity }: { readonly minLength?: number; readonly maxLength?: number } = {},
): Reader<readonly Item[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value)) {
      problems.add(path, `must be a list, not ${describeValue(value)}`)
      return INVALID
    }
    if (value.length < minLength || value.length > maxLength) {
      const bound = value.length < minLength ? `at least ${minLength}` : `at most ${maxLength}`
      problems.add(path, `must hold ${bound} items, holds ${value.length}`)
      return INVALID
    }
    const items = value.map((entry, index) => item(entry, memberPath(path, index), problems))
    const read = items.filter((entry): entry is Exclude<typeof entry, typeof INVALID> => entry !== INVALID)
    return read.length === items.length ? read : INVALID
  }
}

/** A member that may be left out. */
export function optional<Value>(reader: Reader<Value>): OptionalReader<Value> {
  const read: Reader<Value> = (value, path, problems) => reader(value, path, problems)
  return Object.assign(read, { isOptional: true as const })
}

/** A member that has a value when it is left out. */
export function withDefault<Value>(reader: Reader<Value>, value: NoInfer<Value>): Reader<Value> {
  return (given, path, problems) => (given === undefined ? value : reader(given, path, problems))
}

/** Changes what was read; `change` may add a problem of its own. */
export function mapped<From, To>(reader: Reader<From>, change: (value: From) => To): Reader<To> {
  return (given, path, problems) => {
    const value = reader(given, path, problems)
    return value === INVALID ? INVALID : change(value)
  }
}

/** Chooses the reader by looking at the value, so that problems are about the form that was meant. */
export function choose<Value>(pick: (value: unknown) => Reader<Value>): Reader<Value> {
  return (value, path, problems) => pick(value)(value, path, problems)
}

type Shape = Readonly<Record<string, Reader<unknown>>>
type OptionalKeys<S extends Shape> = {
  [Key in keyof S]: S[Key] extends OptionalReader<unknown> ? Key : never
}[keyof S]

/** What an object of readers reads. */
export type ReadObject<S extends Shape> = {
  readonly [Key in Exclude<keyof S, OptionalKeys<S>>]: Read<S[Key]>
} & { readonly [Key in OptionalKeys<S>]?: Read<S[Key]> }

/** An object with exactly these members; an unknown one is a problem that lists the known ones. */
export function object<S extends Shape>(shape: S): Reader<ReadObject<S>> {
  const known = Object.keys(shape)
  return (value, path, problems) => {
    if (!isRecord(value)) {
      problems.add(path, `must be an object, not ${describeValue(value)}`)
      return INVALID
    }
    const unknown = Object.keys(value).filter((key) => !known.includes(key))
    for (const key of unknown)
      problems.add(memberPath(path, key), `is not known here; known: ${known.join(', ')}`)
    const members = Object.entries(shape).flatMap(([key, reader]) => {
      const given = value[key]
      if (given === undefined && isOptional(reader)) return []
      return [[key, reader(given, memberPath(path, key), problems)] as const]
    })
    if (unknown.length > 0 || members.some(([, member]) => member === INVALID)) return INVALID
    // The entries were read by the shape's own readers.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.fromEntries(members) as ReadObject<S>
  }
}

/** Whether something has named members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptional(reader: Reader<unknown>): boolean {
  return 'isOptional' in reader
}
