import { type Content, inlineContent, isContentRef } from '../../content-ref.ts'
import { actionSimilarity } from '../graph/find-duplicates.ts'
import type { Subtask } from '../plan.ts'
import { DEFAULT_SUBTASK_TYPE } from './plan-schema.ts'
import { EXAMPLE_QUESTIONS, LINE_LENGTH } from './question-list.ts'
import type { ReadSubtasks } from './read-subtasks.ts'
import { shortTitle } from './short-title.ts'

/** Words in common from which on a line counts as a copy of the task or of the prompt's example. */
const COPY_SIMILARITY = 0.8

/** Reads a numbered list as independent subtasks, one a line. Lines without a number are prose and left out. */
export function readQuestions(text: string, expected: number, task?: Content): ReadSubtasks {
  const lines = text.split('\n').flatMap((line) => {
    const [, question] = /^\s*(?:\*\*)?\d+\s*[.):](?:\*\*)?\s+(.*)$/.exec(line) ?? []
    return question === undefined ? [] : [question.replace(/\*\*/g, '').trim()]
  })
  if (lines.length < Math.min(2, expected))
    return { subtasks: [], problems: [`the answer must be a list of ${expected} numbered lines`] }
  return {
    subtasks: lines.map(toSubtask),
    problems: lines.flatMap((line, index) => lineProblems(line, index + 1, task)),
  }
}

function toSubtask(question: string, index: number): Subtask {
  return {
    id: `s${index + 1}`,
    title: shortTitle(question),
    action: inlineContent(question),
    type: DEFAULT_SUBTASK_TYPE,
    dependsOn: [],
  }
}

function lineProblems(line: string, number: number, task: Content | undefined): readonly string[] {
  const isCopyOf = (text: string): boolean => actionSimilarity(line, text) >= COPY_SIMILARITY
  const problems = [
    [line.length < LINE_LENGTH.min, `line ${number} is too short`],
    [
      line.length >= LINE_LENGTH.max - 1 && !/[.?!]$/.test(line),
      `line ${number} is cut off: write shorter lines`,
    ],
    [EXAMPLE_QUESTIONS.some(isCopyOf), `line ${number} repeats the example`],
    [
      task !== undefined && !isContentRef(task) && isCopyOf(task.inline),
      `line ${number} only repeats the topic`,
    ],
  ] as const
  return problems.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []))
}
