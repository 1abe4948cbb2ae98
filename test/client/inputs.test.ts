import { describe, expect, test } from 'vitest'
import { callOptionsSchema, taskOptionsSchema } from '../../client/inputs/caller-options.ts'
import { callRequestSchema } from '../../client/inputs/call-input.ts'
import { InvalidRequestError } from '../../client/errors.ts'
import { MAX_CONTENT_BYTES } from '../../domain/content-ref.ts'
import { parseInput } from '../../client/inputs/parse-input.ts'
import { taskInputSchema } from '../../client/inputs/task-input.ts'
import type { z } from 'zod'

function problems(schema: z.ZodType, input: unknown): readonly string[] {
  try {
    parseInput(schema, input, 'it')
    return []
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems
    throw error
  }
}

describe('a call is refused before anything is sent, naming the place', () => {
  test.each<[string, unknown, string]>([
    ['nothing asked', {}, 'must have either a prompt or messages'],
    ['both forms', { prompt: 'a', messages: [{ role: 'user', content: 'b' }] }, 'must have either'],
    ['an empty prompt', { prompt: '' }, 'prompt: must not be empty'],
    ['no messages', { messages: [] }, 'messages: must hold at least one message'],
    [
      'an empty message',
      { messages: [{ role: 'user', content: '' }] },
      'messages[0].content: must not be empty',
    ],
    ['a wrong role', { messages: [{ role: 'robot', content: 'a' }] }, 'messages[0].role: '],
    ['a wrong part', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0]'],
    ['a tool answer to nothing', { messages: [{ role: 'tool', content: 'a' }] }, 'messages[0].toolCallId: '],
    ['a hot temperature', { prompt: 'a', temperature: 3 }, 'temperature: '],
    ['an unknown task type', { prompt: 'a', task: 'dance' }, 'task: '],
    ['an unknown member', { prompt: 'a', temprature: 1 }, 'temprature'],
    ['an unknown data class', { prompt: 'a', dataClass: 'secret' }, 'dataClass: '],
    ['an unknown complexity', { prompt: 'a', complexity: 'hard' }, 'complexity: '],
    ['a version of no model', { prompt: 'a', version: 'v1' }, 'version: needs the model'],
    ['an endless session', { prompt: 'a', session: 's'.repeat(257) }, 'session: '],
    ['a weight too few', { prompt: 'a', weights: { cost: 1, latency: 1 } }, 'weights.quality: '],
    [
      'no weight at all',
      { prompt: 'a', weights: { cost: 0, latency: 0, quality: 0 } },
      'weights: must not all be 0',
    ],
    [
      'a schema without name',
      { prompt: 'a', responseFormat: { type: 'json-schema', schema: {} } },
      'responseFormat.name',
    ],
    ['an unknown strategy', { prompt: 'a', strategy: { kind: 'vote' } }, 'strategy.kind: '],
    [
      'more agreement than legs',
      { prompt: 'a', strategy: { kind: 'consensus', models: ['a', 'b'], agree: 3 } },
      'strategy: wants 3 legs to agree, but asks 2',
    ],
  ])('%s', (_title, input, expected) => {
    expect(problems(callRequestSchema, input).join('\n')).toContain(expected)
  })

  test('all wrong places are named at once', () => {
    expect(problems(callRequestSchema, { prompt: 'a', temperature: 9, seed: 0.5 })).toHaveLength(2)
  })

  test('an image without bytes, with broken base64, or with two sources', () => {
    const image = (part: object) => ({ messages: [{ role: 'user', content: [{ type: 'image', ...part }] }] })
    expect(problems(callRequestSchema, image({}))).toHaveLength(1)
    expect(problems(callRequestSchema, image({ data: 'not base64!' })).join()).toContain('base64')
    expect(
      problems(callRequestSchema, image({ data: 'AAAA', url: 'https://example.org/a.png' })),
    ).toHaveLength(1)
    expect(problems(callRequestSchema, image({ data: new Uint8Array([1, 2]) }))).toEqual([])
  })

  test('a prompt over the limit, with its size and what to do', () => {
    const [problem] = problems(callRequestSchema, { prompt: 'x'.repeat(MAX_CONTENT_BYTES + 1) })
    expect(problem).toContain(`prompt: has ${MAX_CONTENT_BYTES + 1} bytes`)
    expect(problem).toContain('split it')
  })

  test('a prompt is measured in bytes, not in characters', () => {
    const prompt = 'ß'.repeat(MAX_CONTENT_BYTES / 2 + 1)
    expect(problems(callRequestSchema, { prompt })).toHaveLength(1)
  })
})

describe('a good call passes', () => {
  test.each<[string, unknown]>([
    ['as a prompt', { prompt: 'Hello', system: 'Be short', maxOutputTokens: 5 }],
    ['as messages', { messages: [{ role: 'user', content: ['look', { type: 'image', data: 'AAAA' }] }] }],
    [
      'with tools',
      {
        messages: [
          { role: 'assistant', content: '', toolCalls: [{ id: '1', name: 'f', argumentsJson: '{}' }] },
          { role: 'tool', content: '', toolCallId: '1' },
        ],
        tools: [{ name: 'f', parameters: {} }],
        toolChoice: { name: 'f' },
      },
    ],
  ])('%s', (_title, input) => {
    expect(problems(callRequestSchema, input)).toEqual([])
  })
})

describe('a task is refused before anything is sent, naming the place', () => {
  test.each<[string, unknown, string]>([
    ['a blank task', { task: '  ' }, 'task: must say what is to be done'],
    [
      'a plan without actions',
      { task: 'a', plan: { subtasks: [{ id: 's1' }] } },
      'plan.subtasks[0].action: ',
    ],
    ['too many subtasks', { task: 'a', maxSubtasks: 5000 }, 'maxSubtasks: '],
    ['no parallelism', { task: 'a', parallelism: 0 }, 'parallelism: '],
    ['an unknown data class', { task: 'a', dataClass: 'secret' }, 'dataClass: '],
    ['a negative weight', { task: 'a', weights: { cost: -1, latency: 1, quality: 1 } }, 'weights.cost: '],
    ['a deadline too long for an approval', { task: 'a', approval: { deadlineMs: 1e12 } }, 'approval'],
  ])('%s', (_title, input, expected) => {
    expect(problems(taskInputSchema, input).join('\n')).toContain(expected)
  })
})

test.each(['', 'with space', '/slash', '-dash first', 'x'.repeat(129)])('the id %j is refused', (id) => {
  expect(problems(callOptionsSchema, { requestId: id }).join()).toContain('requestId')
  expect(problems(taskOptionsSchema, { taskId: id }).join()).toContain('taskId')
})

test.each([0, 6, 1.5, '1'])('the priority %j is refused', (priority) => {
  expect(problems(callOptionsSchema, { priority }).join()).toContain('priority')
  expect(problems(taskOptionsSchema, { priority }).join()).toContain('priority')
  expect(problems(callOptionsSchema, { priority: 1 })).toEqual([])
})
