import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inlineContent } from '../../domain/content-ref.ts'
import { type Message, textMessage } from '../../domain/message.ts'
import { boundInputTokens, estimateTokens, expectedInputTokens } from '../../domain/usage-estimate.ts'

describe('estimateTokens', () => {
  it('counts about four bytes a token, rounded up', () => {
    expect([0, 1, 4, 5, 400].map(estimateTokens)).toEqual([0, 1, 1, 2, 100])
  })
})

describe('boundInputTokens', () => {
  it('is at least one token for each UTF-8 byte, and room for the chat template', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (texts) => {
        const messages = texts.map((text): Message => textMessage('user', inlineContent(text)))
        const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text, 'utf8'), 0)
        expect(boundInputTokens({ messages })).toBeGreaterThanOrEqual(bytes + 16 * messages.length)
        expect(boundInputTokens({ messages })).toBeGreaterThanOrEqual(expectedInputTokens({ messages }))
      }),
    )
  })

  it('counts references by their bytes, and images, tools, schemas and tool calls too', () => {
    const text: Message = textMessage('user', { sha256: 'a'.repeat(64), bytes: 1000 })
    const image: Message = { role: 'user', parts: [{ type: 'image', url: 'https://example.org/a.png' }] }
    const toolCalls = [{ id: '1', name: 'look', argumentsJson: '{"at":"sky"}' }]
    const plain = boundInputTokens({ messages: [text] })
    expect(plain).toBeGreaterThanOrEqual(1000)
    expect(boundInputTokens({ messages: [image] })).toBeGreaterThanOrEqual(6000)
    expect(boundInputTokens({ messages: [{ ...text, toolCalls }] })).toBeGreaterThan(plain)
    const tools = [{ name: 'look', parameters: { type: 'object' } }]
    expect(boundInputTokens({ messages: [text], tools })).toBeGreaterThan(plain)
    const responseFormat = { type: 'json-schema', name: 'x', schema: { type: 'object' } } as const
    expect(boundInputTokens({ messages: [text], responseFormat })).toBeGreaterThan(plain)
  })
})
