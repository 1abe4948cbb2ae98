import { describe, expect, it } from 'vitest'
import { experimentDefinition } from '../../../domain/experiments/read-definition.ts'
import { readWhole } from '../../../domain/reading/reader.ts'

const PROMPTS = {
  id: 'greeting',
  kind: 'prompts',
  metric: 'feedback-good',
  variants: [{ name: 'plain' }, { name: 'warm', systemPrompt: 'Be warm.' }],
}
const VERSIONS = {
  ...PROMPTS,
  kind: 'model-versions',
  model: 'chat',
  variants: [{ name: 'a' }, { name: 'b' }],
}

describe('what people type', () => {
  it('has safe defaults', () => {
    expect(readWhole(experimentDefinition, PROMPTS)).toEqual({
      ok: true,
      value: {
        id: 'greeting',
        kind: 'prompts',
        metric: 'feedback-good',
        better: 'higher',
        errorRate: 0.05,
        variants: [
          { name: 'plain', sharePercent: 50 },
          { name: 'warm', sharePercent: 50, systemPrompt: 'Be warm.' },
        ],
        looks: {
          everyMs: 3_600_000,
          maxDurationMs: 14 * 86_400_000,
          maxUnits: 200_000,
          minUnitsPerVariant: 100,
          plannedUnits: 2000,
          feedbackWithinMs: 3_600_000,
        },
      },
    })
  })

  it.each([
    ['nothing', undefined, /must be an object with id, kind, metric and variants/],
    ['an unknown kind', { ...PROMPTS, kind: 'colours' }, /kind: must be one of model-versions, prompts/],
    ['an unknown metric', { ...PROMPTS, metric: 'beauty' }, /metric: must be one of answered-well/],
    [
      'a share above 100',
      { ...PROMPTS, variants: [{ name: 'a', sharePercent: 120 }, { name: 'b' }] },
      /at most 99.9/,
    ],
    [
      'shares that do not add up',
      {
        ...PROMPTS,
        variants: [
          { name: 'a', sharePercent: 30, systemPrompt: 'x' },
          { name: 'b', sharePercent: 30 },
        ],
      },
      /variants: the shares must add up to 100, not 60/,
    ],
    [
      'shares for some only',
      { ...PROMPTS, variants: [{ name: 'a', sharePercent: 30, systemPrompt: 'x' }, { name: 'b' }] },
      /give every variant its sharePercent, or none/,
    ],
    ['one name twice', { ...VERSIONS, variants: [{ name: 'a' }, { name: 'a' }] }, /a is there twice/],
    ['the same prompt twice', { ...PROMPTS, variants: [{ name: 'a' }, { name: 'b' }] }, /nothing to compare/],
    ['one variant', { ...PROMPTS, variants: [{ name: 'a' }] }, /at least 2 items/],
    [
      'three versions',
      { ...VERSIONS, variants: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      /at most 2 items/,
    ],
    [
      'a prompt for a version',
      { ...VERSIONS, variants: [{ name: 'a', systemPrompt: 'x' }, { name: 'b' }] },
      /systemPrompt: is not known here/,
    ],
    ['a setting that nobody knows', { ...PROMPTS, colour: 'red' }, /colour: is not known here/],
  ])('is refused with a sentence: %s', (_, input, sentence) => {
    const read = readWhole(experimentDefinition, input)
    expect(read.ok ? '' : read.problems.join('; ')).toMatch(sentence)
  })
})
