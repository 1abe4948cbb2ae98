import { type Classification, CLASSIFIED_CHARACTERS, classify } from './classify.ts'
import type { Catalog } from '../catalog/model.ts'
import { classificationRequest } from './classification/ask-model.ts'
import { contentBytes, isContentRef } from '../content-ref.ts'
import { expectedInputTokens } from '../usage-estimate.ts'
import type { MessagePart } from '../message.ts'
import type { ModelRequest } from '../model-request.ts'
import type { RouteRequest } from './route-input-for.ts'

/**
 * What a request is about and how hard it is. What it declares is never doubted; the rest is judged by rules, from
 * what the person wrote last. Of a text that travels by reference only its size is known. A request that names its
 * model goes there whatever it is about, so nobody need be asked.
 */
export function classifiedRequest(request: RouteRequest): Classification {
  const { task, complexity, model, messages = [], tools = [], responseFormat } = request
  const judged = classify({
    ...writtenText(messages),
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
 * travels inline; what the rules said counts then.
 */
export function classifierRequest(
  { classifyWith }: Pick<Catalog, 'classifyWith'>,
  request: RouteRequest,
): ModelRequest | undefined {
  const { messages = [], dataClass } = request
  if (classifyWith === undefined || !classifiedRequest(request).isUnsure) return undefined
  const { text } = writtenText(messages)
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
function writtenText(messages: ModelRequest['messages']): WrittenText {
  const parts = messages.findLast(({ role }) => role === 'user')?.parts ?? []
  const text = parts.map(inlineText).join('\n').trim()
  const storedLength = parts.reduce((length, part) => length + storedBytes(part), 0)
  return { text: text.slice(0, CLASSIFIED_CHARACTERS), textLength: text.length + storedLength }
}

function inlineText(part: MessagePart): string {
  return part.type === 'text' && !isContentRef(part.text) ? part.text.inline : ''
}

function storedBytes(part: MessagePart): number {
  return part.type === 'text' && isContentRef(part.text) ? contentBytes(part.text) : 0
}
