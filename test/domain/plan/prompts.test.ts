import { describe, expect, it } from 'vitest'
import { MAX_INLINE_BYTES, contentBytes, inlineContent } from '../../../domain/content-ref.ts'
import { parsePlan } from '../../../domain/plan/parse-plan.ts'
import { planRequest } from '../../../domain/plan/prompts.ts'
import { messageText } from './message-text.ts'

const task = { sha256: 'ab'.repeat(32), bytes: 100_000 }
const context = { sha256: 'cd'.repeat(32), bytes: 1500 }

describe('a plan request', () => {
  it.each(['json-schema', 'numbered-lines'] as const)(
    'for %s carries task and material by reference',
    (strategy) => {
      const { messages } = planRequest({ strategy, task, context, maxSubtasks: 8 })
      expect(messageText(messages)).toContain(`<${task.sha256}>`)
      expect(messageText(messages)).toContain(`<${context.sha256}>`)
    },
  )

  it.each(['json-schema', 'numbered-lines'] as const)(
    'for %s has fixed parts that fit inline',
    (strategy) => {
      const problems = Array.from({ length: 50 }, () => 'something is wrong with it '.repeat(50))
      const { messages } = planRequest({ strategy, task, context, maxSubtasks: 1000, problems })
      const fixed = messages.flatMap(({ parts }) =>
        parts.flatMap((part) => (part.type === 'text' && 'inline' in part.text ? part.text : [])),
      )
      for (const part of fixed) expect(contentBytes(part)).toBeLessThanOrEqual(MAX_INLINE_BYTES)
    },
  )

  it.each(['json-schema', 'numbered-lines'] as const)('for %s tells what was wrong before', (strategy) => {
    const { messages } = planRequest({ strategy, task, maxSubtasks: 8, problems: ['s2 repeats s1'] })
    expect(messageText(messages)).toContain('- s2 repeats s1')
  })

  it('for a strong model asks for JSON that satisfies a schema, and says the bounds', () => {
    const { messages, responseFormat } = planRequest({ strategy: 'json-schema', task, maxSubtasks: 7 })
    expect(responseFormat).toMatchObject({ type: 'json-schema', name: 'plan', schema: { title: 'plan' } })
    expect(messageText(messages)).toContain('At most 7 subtasks')
  })

  it.each([
    [8, 4],
    [3, 3],
    [1, 1],
  ])(
    'for a small model with room for %d subtasks asks for %d lines, and shows as many',
    (maxSubtasks, count) => {
      const { messages, responseFormat } = planRequest({ strategy: 'numbered-lines', task, maxSubtasks })
      expect(responseFormat).toEqual({ type: 'numbered-lines', count, minLength: 12, maxLength: 160 })
      const example = messages.filter(({ role }) => role === 'assistant')
      expect(messageText(example).split('\n')).toHaveLength(count)
    },
  )

  it('for a small model leaves out material that would hide the topic', () => {
    const long = { ...context, bytes: 20_000 }
    const { messages } = planRequest({ strategy: 'numbered-lines', task, context: long, maxSubtasks: 8 })
    expect(messageText(messages)).not.toContain(long.sha256)
  })

  it('for a small model is warmer the second time, so that another list comes', () => {
    const input = { strategy: 'numbered-lines', task, maxSubtasks: 4 } as const
    const again = planRequest({ ...input, problems: ['line 2 is too short'] })
    expect(again.settings.temperature).toBeGreaterThan(planRequest(input).settings.temperature)
  })

  it('shows an example that is refused as an answer, because the model only copied it', () => {
    const { messages } = planRequest({ strategy: 'numbered-lines', task: inlineContent('x'), maxSubtasks: 4 })
    const example = messageText(messages.filter(({ role }) => role === 'assistant'))
    const parsed = parsePlan('numbered-lines', example, { maxSubtasks: 4 })
    expect(parsed).toMatchObject({ ok: false, problems: { length: 4 } })
  })
})
