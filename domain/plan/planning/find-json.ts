/** What is read out of a text: the value, or why there is none. */
export type FoundJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

/** A text with more opening brackets than this before its first JSON value is no answer. */
const MOST_STARTS = 20

/**
 * Finds the first JSON value that `isWanted` in a model's answer: alone, in a code fence or between prose. Looks at
 * values in brackets only, outer ones before inner ones.
 * @param wanted what it must be, for the problem
 */
export function findJson(text: string, isWanted: (value: unknown) => boolean, wanted: string): FoundJson {
  const starts = [...text.matchAll(/[{[]/g)].slice(0, MOST_STARTS).map(({ index }) => index)
  if (starts.length === 0) return { ok: false, problem: 'the answer holds no JSON' }
  let problem = 'the answer is not valid JSON'
  let isCut = false
  for (const start of starts) {
    const end = closingBracket(text, start)
    const value = end === undefined ? undefined : parse(text.slice(start, end + 1))
    if (isWanted(value)) return { ok: true, value }
    if (end === undefined) isCut = true
    if (value !== undefined) problem = `the JSON must be ${wanted}`
  }
  return { ok: false, problem: isCut ? 'the JSON ends too early: write a shorter plan' : problem }
}

/** Position of the bracket that closes the one at `start`; brackets in strings do not count. */
function closingBracket(text: string, start: number): number | undefined {
  let depth = 0
  let isString = false
  for (let index = start; index < text.length; index++) {
    const character = text[index]
    if (isString && character === '\\') index++
    else if (character === '"') isString = !isString
    else if (!isString && (character === '{' || character === '[')) depth++
    else if (!isString && (character === '}' || character === ']') && --depth === 0) return index
  }
  return undefined
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
