import { type Classification, CLASSIFIED_CHARACTERS, classify } from './classify.ts'
import type { Catalog } from '../catalog/model.ts'
import { classificationRequest } from './classification/ask-model.ts'
import { type Content, type ContentRef, isContentRef } from '../content-ref.ts'
import { expectedInputTokens } from '../usage-estimate.ts'
import type { ModelRequest } from '../model-request.ts'
import type { RouteRequest } from './route-input-for.ts'

/** The beginnings of texts that travel by reference, by their SHA-256. */
export type KnownTexts = ReadonlyMap<string, string>

const NO_TEXTS: KnownTexts = new Map()

/**
 * What a request is about and how hard it is. What it declares is never doubted; the rest is judged by rules, from
 * what the person wrote last. Of a text that travels by reference only its size is known, unless `texts` has its
 * beginning. A request that names its model goes there whatever it is about, so nobody need be asked.
 */
export function classifiedRequest(request: RouteRequest, texts: KnownTexts = NO_TEXTS): Classification {
  const { task, complexity, model, messages = [], tools = [], responseFormat } = request
  const judged = classify({
    ...writtenText(messages, texts),
    estimatedInputTokens: expectedInputTokens({ ...request, messages }),
    hasSchema: responseFormat?.type === 'json-schema',
    hasTools: tools.length > 0,
    ...(task === undefined ? {} : { declared: task }),
  })
  return {
    ...judged,
    complexity: complexity ?? judged.complexity,
    isUnsure: judged.isUnsure && model === undefined,
  }
}

/**
 * The call that decides what the rules could not, on the catalog's model for it: a call of its own, of the same data
 * class. `undefined` where the rules are sure, where the catalog names no model for it, or where nothing of the text
 * is known; what the rules said counts then.
 */
export function classifierRequest(
  { classifyWith }: Pick<Catalog, 'classifyWith'>,
  request: RouteRequest,
  texts: KnownTexts = NO_TEXTS,
): ModelRequest | undefined {
  const { messages = [], dataClass } = request
  if (classifyWith === undefined || !classifiedRequest(request, texts).isUnsure) return undefined
  const { text } = writtenText(messages, texts)
  if (text.trim() === '') return undefined
  return {
    ...classificationRequest(text),
    model: classifyWith,
    ...(dataClass === undefined ? {} : { dataClass }),
  }
}

interface WrittenText {
  readonly text: string
  readonly textLength: number
}

/** The user's last message: as much of it as is at hand, and how long all of it is. */
function writtenText(messages: ModelRequest['messages'], texts: KnownTexts): WrittenText {
  const parts = lastWritten(messages)
  const text = parts
    .map((part) => (isContentRef(part) ? (texts.get(part.sha256) ?? '') : part.inline))
    .join('\n')
    .trim()
  const wholeLength = parts.reduce(
    (length, part) => length + (isContentRef(part) ? part.bytes : part.inline.length),
    0,
  )
  return { text: text.slice(0, CLASSIFIED_CHARACTERS), textLength: Math.max(text.length, wholeLength) }
}

/** The texts of the user's last message that a request is judged by and that travel by reference. */
export function textsToKnow({ task, model, messages = [] }: RouteRequest): readonly ContentRef[] {
  return task !== undefined || model !== undefined ? [] : lastWritten(messages).filter(isContentRef)
}

function lastWritten(messages: ModelRequest['messages']): readonly Content[] {
  const parts = messages.findLast(({ role }) => role === 'user')?.parts ?? []
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
}
