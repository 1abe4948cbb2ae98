import { canonicalJson, type JsonValue } from '../json.ts'
import type { ToolCall } from '../message.ts'

/** What is compared of an answer. */
export interface ComparedAnswer {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
}

/** Ends of a sentence, which say nothing about its content. */
const TRAILING_PUNCTUATION: ReadonlySet<string> = new Set(' .,;:!?…。、，；：！？')

/**
 * The form in which two answers that say the same are equal: canonical JSON where the text is JSON, else the text in
 * lower case without outer, repeated and trailing signs. The tools that an answer calls count with their arguments.
 */
export function normaliseAnswer({ text, toolCalls }: ComparedAnswer): string {
  const said = normaliseText(text)
  if (toolCalls.length === 0) return said
  // Ids of tool calls are made up for each answer.
  return [
    said,
    ...toolCalls.map(({ name, argumentsJson }) => `${name}(${normaliseText(argumentsJson)})`),
  ].join('\n')
}

/** Whether a text is JSON as a whole. */
export function isJsonText(text: string): boolean {
  return readJson(text) !== undefined
}

/** The start of an answer in one line, for people. */
export function excerptOf(text: string, maxCharacters = 160): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  return line.length <= maxCharacters ? line : `${line.slice(0, maxCharacters - 1).toWellFormed()}…`
}

function normaliseText(text: string): string {
  const json = readJson(text)
  if (json === undefined) return plainText(text)
  // A quoted word says the same as the word.
  return typeof json.value === 'string' ? plainText(json.value) : json.canonical
}

function plainText(text: string): string {
  const line = text.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase()
  // By hand, because a pattern would take quadratic time on an answer of nothing but dots.
  let end = line.length
  while (end > 0 && TRAILING_PUNCTUATION.has(line.charAt(end - 1))) end -= 1
  return line.slice(0, end)
}

/** `undefined` for what is no JSON, and for what is nested deeper than the stack takes. */
function readJson(text: string): { readonly value: JsonValue; readonly canonical: string } | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return { value, canonical: canonicalJson(value) }
  } catch {
    return undefined
  }
}
