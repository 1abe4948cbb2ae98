import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../../../domain/json.ts'
import { jsonValueFor } from '../../../providers/simulated/json-value.ts'
import { createRandom } from '../../../providers/simulated/seeded-random.ts'

const planSchema = z.object({
  subtasks: z
    .array(
      z.object({
        id: z.string().max(20),
        title: z.string().min(3).max(60),
        action: z.string().min(80),
        type: z.enum(['chat', 'code']),
        dependsOn: z.array(z.string()),
        weight: z.number().min(2).max(5),
        effort: z.int().min(1).max(3),
        note: z.string().nullable(),
        kind: z.union([z.object({ tag: z.literal('x') }), z.object({ tag: z.literal('y') })]),
        optional: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(12),
})

function toJsonSchema(schema: z.ZodType): JsonObject {
  const text = JSON.stringify(z.toJSONSchema(schema))
  const parsed: JsonObject = JSON.parse(text)
  return parsed
}

test('a value for a schema is valid for it, whatever the seed', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, subtasks) => {
      const value = jsonValueFor(toJsonSchema(planSchema), { random: createRandom(seed), subtasks })
      const plan = planSchema.parse(value)
      expect(plan.subtasks).toHaveLength(subtasks)
      expect(new Set(plan.subtasks.map(({ id }) => id)).size).toBe(subtasks)
      expect(new Set(plan.subtasks.map(({ action }) => action)).size).toBe(subtasks)
      expect(plan.subtasks.every(({ dependsOn }) => dependsOn.length === 0)).toBe(true)
    }),
  )
})

test('a recursive schema ends', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name'],
  }
  expect(JSON.stringify(jsonValueFor(schema, { random: createRandom(1), subtasks: 2 })).length).toBeLessThan(
    10_000,
  )
})

test('definitions are followed', () => {
  const schema = {
    type: 'object',
    properties: { colour: { $ref: '#/$defs/colour' } },
    $defs: { colour: { enum: ['red', 'green'] } },
  }
  expect(jsonValueFor(schema, { random: createRandom(1), subtasks: 1 })).toHaveProperty(
    'colour',
    expect.stringMatching(/^(red|green)$/),
  )
})
