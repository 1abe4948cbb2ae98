import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentBytes, inlineContent } from '../../../domain/content-ref.ts'
import {
  groupForSynthesis,
  subtaskMessages,
  synthesisMessages,
} from '../../../domain/plan/subtask-prompts.ts'
import { messageText } from './message-text.ts'

const ref = (digit: string): { sha256: string; bytes: number } => ({
  sha256: digit.repeat(64),
  bytes: 90_000,
})
const task = ref('a')
const results = [
  { id: 's1', title: 'Solar', output: ref('b') },
  { id: 's2', title: 'Wind', output: inlineContent('wind is strong') },
]

describe('a subtask prompt', () => {
  it('holds task, material, results and action by reference, the action last', () => {
    const messages = subtaskMessages({
      task,
      context: ref('c'),
      subtask: { action: ref('d'), expectedOutput: 'a table' },
      results,
    })
    expect(messageText(messages.slice(1))).toBe(
      `Task: <${task.sha256}>\n\nMaterial:\n<${'c'.repeat(64)}>\n\nResults so far:` +
        `\n\n[s1] Solar\n<${'b'.repeat(64)}>\n\n[s2] Wind\nwind is strong` +
        `\n\nAnswer only this part of the task: <${'d'.repeat(64)}>\nExpected: a table`,
    )
  })

  it('leaves out what there is not', () => {
    const messages = subtaskMessages({ task, subtask: { action: inlineContent('go') }, results: [] })
    expect(messageText(messages.slice(1))).toBe(
      `Task: <${task.sha256}>\n\nAnswer only this part of the task: go`,
    )
  })
})

describe('a synthesis prompt', () => {
  const missing = [{ id: 's3', title: 'Hydro', reason: 'the provider refused' }]

  it('asks a strong model for marks of origin, and to say what is missing', () => {
    const text = messageText(synthesisMessages({ task, results, missing }))
    expect(text).toContain(`[s1] Solar\n<${'b'.repeat(64)}>`)
    expect(text).toContain('[s3] Hydro (the provider refused)')
    expect(text).toContain('like [s1]')
  })

  it('asks a small model only to sum up', () => {
    const text = messageText(
      synthesisMessages({ task, results, missing, strategy: 'numbered-lines' }).slice(1),
    )
    expect(text).toBe(`<${task.sha256}>\n\n<${'b'.repeat(64)}>\n\nwind is strong`)
  })

  it('counts what is missing beyond the first twenty', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `m${index}`, title: 'lost' }))
    expect(messageText(synthesisMessages({ task, results, missing: many }))).toContain(
      '[m19] lost\nand 10 more',
    )
  })
})

describe('groupForSynthesis', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 })

  it('keeps every result once and in order, in groups that fit', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 400 }), (bytes, maxBytes) => {
        const all = bytes.map((size, index) => ({
          id: `s${index}`,
          title: 't',
          output: { ...ref('e'), bytes: size },
        }))
        const groups = groupForSynthesis(all, maxBytes)
        expect(groups.flat()).toEqual(all)
        for (const group of groups) {
          const used = group.reduce((sum, { output }) => sum + contentBytes(output), 0)
          expect(group.length).toBeGreaterThan(0)
          if (group.length > 1) expect(used).toBeLessThanOrEqual(maxBytes)
        }
      }),
    )
  })

  it('makes one group of what fits together', () => {
    expect(groupForSynthesis(results, 100_000)).toEqual([results])
    expect(groupForSynthesis(results, 90_010)).toEqual([results.slice(0, 1), results.slice(1)])
    expect(groupForSynthesis([], 100)).toEqual([])
  })
})
