import * as fc from 'fast-check'
import { inlineContent } from '../../../domain/content-ref.ts'
import type { Subtask } from '../../../domain/plan/plan.ts'

/** A subtask with defaults for everything that a test does not care about. */
export function subtask(id: string, dependsOn: readonly string[] = [], rest: Partial<Subtask> = {}): Subtask {
  return { id, title: id, action: inlineContent(`work ${id}`), type: 'analysis', dependsOn, ...rest }
}

/** A random graph without cycles: each subtask depends on some of the earlier ones, then the order is shuffled. */
export function arbitraryPlan(maxSubtasks = 14): fc.Arbitrary<readonly Subtask[]> {
  const node = fc.record({
    earlier: fc.array(fc.nat(), { maxLength: 3 }),
    maxOutputTokens: fc.option(fc.integer({ min: 1, max: 9 })),
  })
  return fc
    .array(node, { minLength: 1, maxLength: maxSubtasks })
    .map((nodes) =>
      nodes.map(({ earlier, maxOutputTokens }, index) =>
        subtask(
          `s${index}`,
          index === 0 ? [] : earlier.map((number) => `s${number % index}`),
          maxOutputTokens === null ? {} : { maxOutputTokens },
        ),
      ),
    )
    .chain((subtasks) => fc.shuffledSubarray([...subtasks], { minLength: subtasks.length }))
}
