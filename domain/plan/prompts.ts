import type { PlanningStrategy } from '../catalog/model.ts'
import { type Content, contentBytes, inlineContent } from '../content-ref.ts'
import { type Message, type MessagePart, type ResponseFormat, textMessage } from '../message.ts'
import type { GenerationSettings } from '../model-request.ts'
import { MAX_ACTION_LENGTH, PLAN_SCHEMA, SUBTASK_TYPES } from './planning/plan-schema.ts'
import {
  EXAMPLE_QUESTIONS,
  EXAMPLE_TOPIC,
  LINE_LENGTH,
  numberedLines,
  questionCount,
} from './planning/question-list.ts'

export interface PlanRequestInput {
  readonly strategy: PlanningStrategy
  readonly task: Content
  /** Material that every subtask will see. */
  readonly context?: Content
  /** At least 1. */
  readonly maxSubtasks: number
  /** What was wrong with the previous answer, from `parsePlan`. */
  readonly problems?: readonly string[]
}

/** One call that asks a model for a plan. */
export interface PlanRequest {
  readonly messages: readonly Message[]
  readonly responseFormat: ResponseFormat
  readonly settings: Required<Pick<GenerationSettings, 'temperature' | 'maxOutputTokens'>>
}

/** More material than this hides the topic from a small model. In bytes. */
const MOST_CONTEXT_FOR_SMALL_MODELS = 2000

/** Problems that are told to the model again: so many, each cut to this length. */
const MOST_PROBLEMS = 5
const MOST_PROBLEM_CHARACTERS = 150

/**
 * Asks for a plan in the way that suits the model: strong ones fill a JSON schema, small ones write a numbered list
 * of questions. With `problems` it asks again; give it another seed then, because a small model hardly reads them.
 */
export function planRequest(input: PlanRequestInput): PlanRequest {
  return input.strategy === 'json-schema' ? schemaRequest(input) : questionsRequest(input)
}

function schemaRequest({ task, context, maxSubtasks, problems = [] }: PlanRequestInput): PlanRequest {
  const parts = [
    text('Task:\n'),
    content(task),
    ...(context === undefined ? [] : [text('\n\nMaterial that every subtask sees:\n'), content(context)]),
    ...(problems.length === 0
      ? []
      : [text(`\n\nYour previous plan could not be used:\n${listProblems(problems)}\nWrite a better one.`)]),
  ]
  return {
    messages: [
      textMessage('system', inlineContent(schemaInstructions(maxSubtasks))),
      { role: 'user', parts },
    ],
    responseFormat: { type: 'json-schema', name: 'plan', schema: PLAN_SCHEMA },
    settings: { temperature: 0.2, maxOutputTokens: Math.min(16_384, 512 + 192 * maxSubtasks) },
  }
}

function schemaInstructions(maxSubtasks: number): string {
  return [
    'You split a task into subtasks. Each is done by one call of a language model that sees the task, its own action',
    'and the results of the subtasks it depends on. A later step writes the answer from all results: do not plan it.',
    `- At most ${maxSubtasks} subtasks; as few as make sense, one if splitting does not help.`,
    '- id: s1, s2, and so on. title: at most six words.',
    `- action: the complete instruction, at most ${MAX_ACTION_LENGTH} characters. No two may ask for the same.`,
    `- type: one of ${SUBTASK_TYPES.join(', ')}.`,
    '- dependsOn: ids of the subtasks whose results it needs, no circles. The fewer, the more runs at once.',
    '- expectedOutput: what a good result looks like, in one phrase.',
    'Answer with JSON only: {"subtasks": [{"id": "s1", "title": "…", "action": "…", "type": "analysis", "dependsOn": [], "expectedOutput": "…"}]}',
  ].join('\n')
}

function questionsRequest({ task, context, maxSubtasks, problems = [] }: PlanRequestInput): PlanRequest {
  const count = questionCount(maxSubtasks)
  const order = `\n\nWrite ${count} different questions about this topic.`
  const isShort = context !== undefined && contentBytes(context) <= MOST_CONTEXT_FOR_SMALL_MODELS
  const parts = [
    ...(isShort ? [text('Material:\n'), content(context), text('\n\n')] : []),
    text('Topic: '),
    content(task),
    text(problems.length === 0 ? order : `${order}\nThe last list was wrong:\n${listProblems(problems)}`),
  ]
  return {
    messages: [
      textMessage('user', inlineContent(`Topic: ${EXAMPLE_TOPIC}${order}`)),
      textMessage('assistant', inlineContent(numberedLines(EXAMPLE_QUESTIONS.slice(0, count)))),
      { role: 'user', parts },
    ],
    responseFormat: {
      type: 'numbered-lines',
      count,
      minLength: LINE_LENGTH.min,
      maxLength: LINE_LENGTH.max,
    },
    // Low, because a small model leaves the topic soon; higher the second time, so that another list comes.
    settings: { temperature: problems.length === 0 ? 0.2 : 0.4, maxOutputTokens: 64 * count },
  }
}

function listProblems(problems: readonly string[]): string {
  return problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => `- ${problem.slice(0, MOST_PROBLEM_CHARACTERS)}`)
    .join('\n')
}

function text(fixed: string): MessagePart {
  return content(inlineContent(fixed))
}

function content(part: Content): MessagePart {
  return { type: 'text', text: part }
}
