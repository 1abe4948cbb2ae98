import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inlineContent } from '../../../domain/content-ref.ts'
import { parsePlan, singleSubtaskPlan } from '../../../domain/plan/parse-plan.ts'
import { checkPlan } from '../../../domain/plan/check-graph.ts'

const options = { maxSubtasks: 8 }

function problemsOf(strategy: 'json-schema' | 'numbered-lines', text: string): readonly string[] {
  const parsed = parsePlan(strategy, text, options)
  return parsed.ok ? [] : parsed.problems
}

describe('a plan in JSON', () => {
  const first = {
    id: 's1',
    title: 'Solar',
    action: 'Describe solar power.',
    type: 'analysis',
    dependsOn: [],
    expectedOutput: 'three facts',
  }
  const second = { ...first, id: 's2', title: '', action: 'Describe wind power.', dependsOn: ['s1'] }
  const json = JSON.stringify({ subtasks: [first, second] }, null, 2)

  it.each([
    ['alone', json],
    ['in a code fence', `\`\`\`json\n${json}\n\`\`\``],
    ['between prose', `Here is the plan [draft]:\n\n${json}\n\nI hope {this} helps.`],
    ['as a bare list', JSON.stringify([first, second])],
  ])('is read %s', (_, text) => {
    expect(parsePlan('json-schema', text, options)).toEqual({
      ok: true,
      plan: {
        subtasks: [
          { ...first, action: inlineContent(first.action) },
          { ...second, title: 'Describe wind power.', action: inlineContent(second.action) },
        ],
      },
    })
  })

  it('may leave out what has a default, and count in numbers', () => {
    const text = JSON.stringify({
      subtasks: [{ action: 'Do it.' }, { id: 7, action: 'Then that.', dependsOn: ['s1'] }],
    })
    expect(parsePlan('json-schema', text, options)).toMatchObject({
      ok: true,
      plan: { subtasks: [{ id: 's1', type: 'analysis', dependsOn: [] }, { id: '7' }] },
    })
  })

  it.each([
    ['prose', 'I cannot do that.', ['the answer holds no JSON']],
    ['half an answer', json.slice(0, -20), ['the JSON ends too early: write a shorter plan']],
    ['broken JSON', '{"subtasks": [,]}', ['the answer is not valid JSON']],
    ['another object', '{"steps": []}', ['the JSON must be an object with a list "subtasks"']],
    ['no subtasks', '{"subtasks": []}', ['the plan has no subtasks']],
    ['a list of texts', '{"subtasks": ["a"]}', ['subtasks[0] must be an object']],
    ['no action', '{"subtasks": [{"id": "a"}]}', ['subtasks[0] has no action: say what is to be done']],
    [
      'bad dependencies',
      '{"subtasks": [{"action": "a", "dependsOn": "s1"}]}',
      ['subtasks[0].dependsOn must be a list of ids'],
    ],
    [
      'a long action',
      JSON.stringify([{ action: 'x'.repeat(601) }]),
      ['subtasks[0].action has 601 characters, at most 600 are allowed'],
    ],
    ['an unknown dependency', JSON.stringify([second]), ['s2 depends on "s1", which is not in the plan']],
    [
      'near-identical actions',
      JSON.stringify([first, { ...first, id: 's2', action: 'describe SOLAR power' }]),
      ['s2 asks for the same as s1: each subtask must be different'],
    ],
  ])('is refused with a sentence for %s', (_, text, expected) => {
    expect(problemsOf('json-schema', text)).toEqual(expected)
  })

  it('is refused for a type that no subtask can have', () => {
    expect(problemsOf('json-schema', '[{"action": "a", "type": "synthesis"}]')[0]).toMatch(
      /^subtasks\[0\]\.type must be one of chat, /,
    )
  })

  it('gives a plan that can run or says why not, whatever the answer', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"subtasks":',
      '"action":',
      '"a"',
      ',',
      '\\',
      ' prose ',
      '1. ',
    )
    fc.assert(
      fc.property(fc.constantFrom('json-schema', 'numbered-lines'), fc.array(piece), (strategy, pieces) => {
        const parsed = parsePlan(strategy, pieces.join(''), options)
        if (parsed.ok) expect(checkPlan(parsed.plan, options)).toEqual([])
        else expect(parsed.problems.length).toBeGreaterThan(0)
      }),
    )
  })

  it('is refused quickly when the answer is a flood of brackets', () => {
    const start = performance.now()
    expect(problemsOf('json-schema', '['.repeat(200_000))).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

describe('a numbered list', () => {
  const questions = [
    'How does a small island use solar power?',
    'What is the most efficient way to harness wind energy on a coast?',
    'How much water does hydro power need?',
  ]
  const list = questions.map((question, index) => `${index + 1}. ${question}`).join('\n')

  it('becomes independent subtasks', () => {
    const parsed = parsePlan('numbered-lines', list, options)
    expect(parsed.ok && parsed.plan.subtasks).toEqual(
      questions.map((question, index) => ({
        id: `s${index + 1}`,
        title: index === 1 ? 'What is the most efficient way to harness wind energy on a…' : question,
        action: inlineContent(question),
        type: 'analysis',
        dependsOn: [],
      })),
    )
  })

  it.each([
    ['prose around it', `Sure! Here are the questions:\n${list}\nI hope this helps.`],
    ['brackets after the numbers', list.replace(/\d\./g, (number) => `${number.slice(0, 1)})`)],
    ['bold type', list.replace(/\d\. .*/g, (line) => `**${line}**`)],
    ['blank lines', list.replaceAll('\n', '\n\n')],
  ])('is read with %s', (_, text) => {
    const parsed = parsePlan('numbered-lines', text, options)
    expect(parsed.ok && parsed.plan.subtasks.map(({ action }) => action)).toEqual(
      questions.map(inlineContent),
    )
  })

  it.each([
    ['no list', 'Solar power is great.', ['the answer must be a list of 4 numbered lines']],
    ['one line', '1. What is solar power good for?', ['the answer must be a list of 4 numbered lines']],
    [
      'repeated lines',
      `${list}\n4. How does a small island use SOLAR power`,
      ['s4 asks for the same as s1: each subtask must be different'],
    ],
    ['short lines', `${list}\n4. Solar?`, ['line 4 is too short']],
    [
      'a line that is cut off',
      `${list}\n4. ${'solar '.repeat(27).slice(0, 160)}`,
      ['line 4 is cut off: write shorter lines'],
    ],
    [
      'a line of the example',
      `${list}\n4. What are the most common mistakes of beginners?`,
      ['line 4 repeats the example'],
    ],
  ])('is refused with a sentence for %s', (_, text, expected) => {
    expect(problemsOf('numbered-lines', text)).toEqual(expected)
  })

  it('is refused when a line only repeats the task', () => {
    const task = inlineContent('How does a small island use solar power')
    expect(parsePlan('numbered-lines', list, { ...options, task })).toEqual({
      ok: false,
      problems: ['line 1 only repeats the topic'],
    })
  })
})

describe('the plan of a task that is not split', () => {
  it('is the task itself, also by reference', () => {
    const task = { sha256: 'ab'.repeat(32), bytes: 5000 }
    const plan = singleSubtaskPlan(task)
    expect(plan.subtasks).toMatchObject([{ id: 's1', action: task, dependsOn: [] }])
    expect(checkPlan(plan, { maxSubtasks: 1 })).toEqual([])
  })
})
