import { mkdtemp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContentStore, createFolderContentStore } from '../../payloads/content-store.ts'
import { toModelRequest, toTaskRunInput } from '../../client/to-wire.ts'
import { hashInput } from '../../client/start-once.ts'
import { isContentRef } from '../../domain/content-ref.ts'
import { join } from 'node:path'
import { tmpdir } from 'node:os'

let folder: string
let contents: ContentStore

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-client-'))
  contents = createFolderContentStore(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a request on its way to Temporal', () => {
  test('has the system message first and the prompt last', async () => {
    const { messages, seed } = await toModelRequest(
      { system: 'Be short', prompt: 'Hello', seed: 3 },
      contents,
    )
    expect(messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: { inline: 'Be short' } }] },
      { role: 'user', parts: [{ type: 'text', text: { inline: 'Hello' } }] },
    ])
    expect(seed).toBe(3)
  })

  test('leaves long texts in the content store', async () => {
    const long = 'A long story. '.repeat(1000)
    const { messages } = await toModelRequest({ prompt: long }, contents)
    const part = messages[0]?.parts[0]
    if (part?.type !== 'text') throw new Error('expected a text')
    expect(isContentRef(part.text)).toBe(true)
    expect(await contents.get(part.text)).toBe(long)
  })

  test('carries images as base64 in the content store', async () => {
    const bytes = new Uint8Array(3000).fill(7)
    const request = {
      messages: [{ role: 'user', content: ['look', { type: 'image', data: bytes, mediaType: 'image/png' }] }],
    } as const
    const { messages } = await toModelRequest(request, contents)
    const part = messages[0]?.parts[1]
    if (part?.type !== 'image' || part.data === undefined) throw new Error('expected an image')
    expect(part.mediaType).toBe('image/png')
    expect(Buffer.from(await contents.get(part.data), 'base64')).toEqual(Buffer.from(bytes))
  })

  test('has no part for an empty text', async () => {
    const toolCalls = [{ id: '1', name: 'f', argumentsJson: '{}' }]
    const { messages } = await toModelRequest(
      { messages: [{ role: 'assistant', content: '', toolCalls }] },
      contents,
    )
    expect(messages).toEqual([{ role: 'assistant', parts: [], toolCalls }])
  })
})

describe('a task on its way to Temporal', () => {
  test('gets the defaults of its plan', async () => {
    const input = await toTaskRunInput(
      { task: 'Do', plan: { subtasks: [{ id: 's1', action: 'Act' }] }, approval: true },
      contents,
    )
    expect(input).toEqual({
      task: { inline: 'Do' },
      approval: {},
      plan: {
        subtasks: [{ id: 's1', title: 's1', type: 'analysis', dependsOn: [], action: { inline: 'Act' } }],
      },
    })
  })

  test('asks nobody when approval is switched off', async () => {
    expect(await toTaskRunInput({ task: 'Do', approval: false }, contents)).toEqual({
      task: { inline: 'Do' },
    })
  })
})

test('the hash of an input does not depend on the order of its members, nor on absent ones', () => {
  expect(hashInput({ a: 1, b: { c: 2, d: undefined } })).toBe(hashInput({ b: { c: 2 }, a: 1 }))
  expect(hashInput({ a: 1 })).not.toBe(hashInput({ a: 2 }))
})
