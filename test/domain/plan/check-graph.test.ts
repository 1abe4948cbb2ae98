import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inlineContent } from '../../../domain/content-ref.ts'
import { checkPlan, describePlanProblem } from '../../../domain/plan/check-graph.ts'
import type { Subtask } from '../../../domain/plan/plan.ts'
import { arbitraryPlan, subtask } from './arbitrary-plan.ts'

const say = (text: string): Partial<Subtask> => ({ action: inlineContent(text) })

function problemsOf(subtasks: readonly Subtask[], similarity?: number): readonly string[] {
  const options = { maxSubtasks: 5, ...(similarity === undefined ? {} : { similarity }) }
  return checkPlan({ subtasks }, options).map(describePlanProblem)
}

describe('checkPlan', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => subtask(id))
  const longId = 'x'.repeat(65)
  const circle = 'subtasks wait for each other in a circle'
  it.each<[string, readonly Subtask[], readonly string[]]>([
    ['an empty plan', [], ['the plan has no subtasks']],
    ['too many subtasks', many, ['the plan has 6 subtasks, at most 5 are allowed']],
    ['ids used twice', [subtask('a'), subtask('a', [], say('other'))], ['the id a is used more than once']],
    ['ids with blanks', [subtask('a b')], ['the id "a b" must be 1 to 64 letters, digits or . _ -']],
    ['an empty id', [subtask('')], ['the id "" must be 1 to 64 letters, digits or . _ -']],
    ['long ids', [subtask(longId)], [`the id "${longId}" must be 1 to 64 letters, digits or . _ -`]],
    ['unknown dependencies', [subtask('a', ['z'])], ['a depends on "z", which is not in the plan']],
    ['a subtask that waits for itself', [subtask('a', ['a'])], ['a depends on itself']],
    ['a circle of two', [subtask('a', ['b']), subtask('b', ['a'])], [`${circle}: a -> b -> a`]],
    [
      'a circle behind subtasks that are not part of it',
      [subtask('s0', ['s1']), subtask('s1', ['s3']), subtask('s2'), subtask('s3', ['s1', 's2'])],
      [`${circle}: s1 -> s3 -> s1`],
    ],
    ['actions without a word', [subtask('a', [], say(' ?! '))], ['a has no action: say what is to be done']],
  ])('names %s', (_, subtasks, expected) => {
    expect(problemsOf(subtasks)).toEqual(expected)
  })

  it('finds every problem at once', () => {
    const broken = [subtask('a', ['a', 'z']), subtask('a', ['q'], say('other')), subtask('!', [], say(''))]
    expect(problemsOf(broken)).toHaveLength(6)
  })

  it('accepts every graph without a cycle', () => {
    fc.assert(
      fc.property(arbitraryPlan(), (subtasks) => {
        expect(checkPlan({ subtasks }, { maxSubtasks: 20 })).toEqual([])
      }),
    )
  })

  it('names a real cycle in every graph that has one', () => {
    fc.assert(
      fc.property(arbitraryPlan(), fc.nat(), (subtasks, at) => {
        const victim = subtasks[at % subtasks.length] ?? subtask('s0')
        const reached = subtasks.find(({ dependsOn }) => dependsOn.includes(victim.id))
        fc.pre(reached !== undefined)
        const circular = subtasks.map((one) =>
          one.id === victim.id ? { ...one, dependsOn: [...one.dependsOn, reached?.id ?? ''] } : one,
        )
        const [problem] = checkPlan({ subtasks: circular }, { maxSubtasks: 20 })
        const path = problem?.kind === 'cycle' ? problem.path : []
        expect(path.length).toBeGreaterThan(1)
        expect(path.at(0)).toBe(path.at(-1))
        for (const [step, id] of path.slice(0, -1).entries()) {
          expect(circular.find((one) => one.id === id)?.dependsOn).toContain(path[step + 1])
        }
      }),
    )
  })

  it('checks 1,000 subtasks with 5,000 edges', () => {
    const subtasks = Array.from({ length: 1000 }, (_, index) => {
      const before = [1, 7, 30, 200, 499].filter((step) => step <= index).map((step) => `s${index - step}`)
      const text = `summarise the figures of district ${'x'.repeat(index + 1)} with all the costs and gains that we know of today`
      return subtask(`s${index}`, before, say(text))
    })
    expect(checkPlan({ subtasks }, { maxSubtasks: 1000, similarity: 0.9 })).toEqual([])
  })
})

const pair = (left: string, right: string, rest: Partial<Subtask> = {}): readonly Subtask[] => [
  subtask('a', [], say(left)),
  subtask('b', [], { ...say(right), ...rest }),
]

describe('duplicated subtasks', () => {
  const duplicate = ['b asks for the same as a: each subtask must be different']

  it('are found through case, blanks and punctuation', () => {
    expect(problemsOf(pair('List the costs.', '  list THE\n costs '))).toEqual(duplicate)
  })

  it('are found by the hash of what travels by reference', () => {
    const action = { sha256: 'f'.repeat(64), bytes: 5000 }
    expect(problemsOf([subtask('a', [], { action }), subtask('b', [], { action })])).toEqual(duplicate)
  })

  it.each([
    ['a sign', 'Explain C++', 'Explain C#'],
    ['a number', 'Summarise chapter 1 of the very long book', 'Summarise chapter 2 of the very long book'],
    ['a percentage', 'Grow by 5 %', 'Grow by 5 $'],
  ])('are not seen where %s makes the difference', (_, left, right) => {
    expect(problemsOf(pair(left, right), 0.8)).toEqual([])
  })

  it('of a caller may ask another model, or work on other results', () => {
    expect(problemsOf(pair('Refine it', 'Refine it', { model: 'other' }))).toEqual([])
    expect(problemsOf(pair('Refine it', 'Refine it', { dependsOn: ['a'] }))).toEqual([])
  })

  it('of a model are judged by the action alone, near-identical ones included', () => {
    const words = 'Compare the yearly costs of solar wind and hydro power'
    expect(problemsOf(pair('Refine it', 'Refine it', { dependsOn: ['a'] }), 0.9)).toEqual(duplicate)
    expect(problemsOf(pair(words, `${words} please`), 0.9)).toEqual(duplicate)
    expect(problemsOf(pair(words, `${words} for a small island`), 0.9)).toEqual([])
    expect(problemsOf(pair(words, `${words} please`))).toEqual([])
  })

  it('are found exactly where comparing every pair finds them', () => {
    const word = fc.constantFrom('solar', 'wind', 'hydro', 'cost', 'risk', '1', '2')
    const actions = fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(actions, fc.constantFrom(0.5, 0.75, 0.9, 1), (texts, similarity) => {
        const subtasks = texts.map((words, index) => subtask(`s${index}`, [], say(words.join(' '))))
        const found = checkPlan({ subtasks }, { maxSubtasks: 10, similarity })
        const seconds = new Set(found.map((one) => (one.kind === 'duplicated-subtask' ? one.second : '')))
        expect(seconds).toEqual(pairwiseDuplicates(texts, similarity))
      }),
    )
  })
})

/** The definition, without any filter. */
function pairwiseDuplicates(texts: readonly (readonly string[])[], similarity: number): ReadonlySet<string> {
  const isRepeated = (index: number): boolean =>
    texts.slice(0, index).some((earlier) => earlier.join(' ') === texts[index]?.join(' '))
  const found = texts.flatMap((words, index) => {
    const isNear = texts
      .slice(0, index)
      .some((earlier, at) => !isRepeated(at) && overlapOf(earlier, words) >= similarity)
    return isRepeated(index) || isNear ? [`s${index}`] : []
  })
  return new Set(found)
}

function overlapOf(left: readonly string[], right: readonly string[]): number {
  const either = [...new Set([...left, ...right])]
  const both = either.filter((word) => left.includes(word) && right.includes(word))
  const hasOtherNumber = either.some((word) => /\d/.test(word) && !both.includes(word))
  return hasOtherNumber ? 0 : both.length / either.length
}
