import { COMPLEXITIES, type Complexity, type ModelRequest } from '../../model-request.ts'
import { type RecognisedTask, RECOGNISED_TASKS } from './task-signs.ts'
import { inlineContent } from '../../content-ref.ts'
import { textMessage } from '../../message.ts'

/** How much of a text a model is asked about, in characters. */
const ASKED_CHARACTERS = 1500

/** Enough for two words in any tokenizer. */
const ANSWER_TOKENS = 12

/** What the question marks the text with, so that the text cannot pass for the question. */
const [TEXT_STARTS, TEXT_ENDS] = ['<text>', '</text>']

/**
 * The request to a cheap model that decides where the rules are unsure: two words, so that a small model can answer
 * it too. A call of its own, admitted and booked like any other.
 * @param head the beginning of what the person wrote
 */
export function classificationRequest(head: string): ModelRequest {
  const text = head.slice(0, ASKED_CHARACTERS).replaceAll(TEXT_ENDS, '')
  const question = [
    `Kinds: ${RECOGNISED_TASKS.join(', ')}.`,
    `Difficulties: ${COMPLEXITIES.join(', ')}.`,
    'Answer with the kind and the difficulty of the request in the text: two words, nothing else.',
    `${TEXT_STARTS}Say hello${TEXT_ENDS}`,
    'chat simple',
    `${TEXT_STARTS}Find the race condition in this scheduler${TEXT_ENDS}`,
    'code complex',
    `${TEXT_STARTS}${text}${TEXT_ENDS}`,
  ].join('\n')
  return {
    messages: [textMessage('user', inlineContent(question))],
    task: 'classification',
    target: 'cost',
    temperature: 0,
    maxOutputTokens: ANSWER_TOKENS,
  }
}

/** What a model decided about a request. */
export interface ModelClassification {
  readonly task: RecognisedTask
  readonly complexity: Complexity
}

/**
 * Reads a model's answer to `classificationRequest`: a kind and a difficulty and nothing else but punctuation. Returns
 * `undefined` for any other answer; what the rules said counts then.
 */
export function parseClassification(answer: string): ModelClassification | undefined {
  const [kind, difficulty, ...rest] = answer.toLowerCase().match(/[a-z]+(-[a-z]+)*/g) ?? []
  const task = RECOGNISED_TASKS.find((name) => name === kind)
  const complexity = COMPLEXITIES.find((name) => name === difficulty)
  return task === undefined || complexity === undefined || rest.length > 0 ? undefined : { task, complexity }
}
