import { describeValue, INVALID, type Reader } from './reader.ts'

export interface TextLimits {
  /** Default 1: a text is not empty. */
  readonly minLength?: number
  readonly maxLength?: number
  /** Says what is wrong with the text, or nothing. */
  readonly check?: (text: string) => string | undefined
}

/** A text within its limits. */
export function text({ minLength = 1, maxLength = Infinity, check }: TextLimits = {}): Reader<string> {
  return (value, path, problems) => {
    const problem = textProblem(value)
    if (problem === undefined && typeof value === 'string') return value
    problems.add(path, problem ?? 'must be a text')
    return INVALID
  }

  function textProblem(value: unknown): string | undefined {
    if (typeof value !== 'string') return `must be a text, not ${describeValue(value)}`
    if (value.length < minLength) return 'must not be empty'
    if (value.length > maxLength) return `must have at most ${maxLength} characters, has ${value.length}`
    return check?.(value)
  }
}

export interface NumberLimits {
  readonly min?: number
  readonly max?: number
  /** Default false. */
  readonly isWhole?: boolean
}

/** A number within its limits. */
export function number({
  min = -Infinity,
  max = Infinity,
  isWhole = false,
}: NumberLimits = {}): Reader<number> {
  const kind = isWhole ? 'a whole number' : 'a number'
  const range = [
    ...(min === -Infinity ? [] : [`at least ${min}`]),
    ...(max === Infinity ? [] : [`at most ${max}`]),
  ].join(' and ')
  return (value, path, problems) => {
    const isNumber =
      typeof value === 'number' && (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value))
    if (isNumber && value >= min && value <= max) return value
    problems.add(path, `must be ${kind}${range === '' ? '' : ` of ${range}`}, not ${describeValue(value)}`)
    return INVALID
  }
}

/** `true` or `false`. */
export const flag: Reader<boolean> = (value, path, problems) => {
  if (typeof value === 'boolean') return value
  problems.add(path, `must be true or false, not ${describeValue(value)}`)
  return INVALID
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value, path, problems) => {
    const word = words.find((candidate) => candidate === value)
    if (word !== undefined) return word
    problems.add(path, `must be one of ${words.join(', ')}, not ${describeValue(value)}`)
    return INVALID
  }
}
