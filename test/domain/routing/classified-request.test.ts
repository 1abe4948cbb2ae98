import { describe, expect, it } from 'vitest'
import {
  classifiedRequest,
  classifierRequest,
  textsToKnow,
} from '../../../domain/routing/classified-request.ts'
import { inlineContent } from '../../../domain/content-ref.ts'
import { type Message, textMessage } from '../../../domain/message.ts'

const ask = (text: string): readonly Message[] => [textMessage('user', inlineContent(text))]
const stored = (bytes: number): Message => textMessage('user', { sha256: 'a'.repeat(64), bytes })
const vague = 'The weather stayed as it had been for days. '.repeat(9)

describe('what a request declares', () => {
  it('is never doubted', () => {
    const declared = { task: 'translation', complexity: 'very-complex' } as const
    expect(classifiedRequest({ ...declared, messages: ask('Fix this function: ```x```') })).toMatchObject({
      ...declared,
      confidence: 1,
      isUnsure: false,
    })
  })

  it('leaves the rest to the rules', () => {
    expect(classifiedRequest({ task: 'code', messages: ask('x') })).toMatchObject({ complexity: 'simple' })
    expect(classifiedRequest({ task: 'code', messages: ask('Prove it step by step') }).complexity).toBe(
      'complex',
    )
    expect(
      classifiedRequest({ complexity: 'complex', messages: ask('Translate this to French') }),
    ).toMatchObject({ task: 'translation', complexity: 'complex' })
  })
})

describe('the rules look at', () => {
  it('what the person wrote last, not at what stands before it', () => {
    const messages = [
      textMessage('system', inlineContent('Summarise everything')),
      ...ask('Write a poem about rain'),
      textMessage('assistant', inlineContent('Rain …')),
      ...ask('Now translate it into German'),
      textMessage('assistant', inlineContent('Regen …')),
    ]
    expect(classifiedRequest({ messages }).task).toBe('translation')
  })

  it('schemas and tools that hang on it', () => {
    const messages = ask(vague)
    const responseFormat = { type: 'json-schema', name: 'plan', schema: {} } as const
    expect(classifiedRequest({ messages, responseFormat }).task).toBe('extraction')
    expect(classifiedRequest({ messages, tools: [{ name: 'find', parameters: {} }] }).signs).toEqual([
      'tools',
    ])
  })

  it('nothing, when there is no message: a short one', () => {
    expect(classifiedRequest({})).toMatchObject({ task: 'chat', complexity: 'simple', isUnsure: false })
  })

  it('the size of a text that travels by reference, since its words are not at hand', () => {
    expect(classifiedRequest({ messages: [stored(2000)] })).toMatchObject({ task: 'chat', isUnsure: true })
    expect(classifiedRequest({ messages: [stored(400_000)] }).complexity).toBe('very-complex')
    expect(classifiedRequest({ task: 'code', messages: [stored(2000)] }).complexity).toBe('complex')
  })

  it('the inline part of a text of which the rest is stored, and past images', () => {
    const parts: Message['parts'] = [
      { type: 'image', url: 'https://host/cat.png' },
      { type: 'text', text: inlineContent('Summarise this:') },
      { type: 'text', text: { sha256: 'a'.repeat(64), bytes: 3000 } },
    ]
    expect(classifiedRequest({ messages: [{ role: 'user', parts }] }).task).toBe('summarisation')
  })
})

describe('a model is asked', () => {
  const catalog = { classifyWith: 'tiny' }

  it('where the rules are unsure, on the model of the catalog, within the same data class', () => {
    expect(classifiedRequest({ messages: ask(vague) }).isUnsure).toBe(true)
    expect(classifierRequest(catalog, { messages: ask(vague), dataClass: 'internal' })).toMatchObject({
      model: 'tiny',
      task: 'classification',
      dataClass: 'internal',
      maxOutputTokens: 12,
    })
    expect(classifierRequest(catalog, { messages: ask(vague) })).not.toHaveProperty('dataClass')
  })

  it.each([
    ['the rules are sure', catalog, { messages: ask('Hello there') }],
    ['the catalog names no model', {}, { messages: ask(vague) }],
    ['the request declares its type', catalog, { messages: ask(vague), task: 'chat' }],
    ['the request names its model', catalog, { messages: ask(vague), model: 'strong' }],
    ['nothing of the text is at hand', catalog, { messages: [stored(2000)] }],
    ['there is no message', catalog, {}],
  ] as const)('never where %s', (_title, from, request) => {
    expect(classifierRequest(from, request)).toBeUndefined()
  })
})

describe('a prompt that travels by reference', () => {
  const ref = { sha256: 'a'.repeat(64), bytes: 30_000 }
  const request = { messages: [textMessage('user', ref)] }

  it('is judged by its beginning where that is known', () => {
    const text =
      'Write a TypeScript function that sorts a linked list, with unit tests, and fix the bug in it:'
    expect(classifiedRequest(request, new Map([[ref.sha256, text]])).task).toBe('code')
    expect(classifiedRequest(request).task).toBe('chat')
  })

  it('need not be read when the request says what it is about, or names its model', () => {
    expect(textsToKnow(request)).toEqual([ref])
    expect(textsToKnow({ ...request, task: 'code' })).toEqual([])
    expect(textsToKnow({ ...request, model: 'chat' })).toEqual([])
  })
})
