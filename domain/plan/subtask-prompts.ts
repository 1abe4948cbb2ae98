import type { PlanningStrategy } from '../catalog/model.ts'
import { type Content, contentBytes, inlineContent } from '../content-ref.ts'
import { type Message, type MessagePart, textMessage } from '../message.ts'
import type { Subtask } from './plan.ts'

/** What a subtask gave. */
export interface SubtaskResult {
  readonly id: string
  readonly title: string
  readonly output: Content
}

/** A subtask without a result. */
export interface MissingResult {
  readonly id: string
  readonly title: string
  readonly reason?: string | undefined
}

export interface SubtaskPromptInput {
  readonly task: Content
  /** Material that every subtask sees. */
  readonly context?: Content | undefined
  readonly subtask: Pick<Subtask, 'action' | 'expectedOutput'>
  /** Results of what it depends on, in plan order. */
  readonly results: readonly SubtaskResult[]
}

export interface SynthesisPromptInput {
  readonly task: Content
  readonly results: readonly SubtaskResult[]
  readonly missing: readonly MissingResult[]
  /** As for the plan: a model that only writes numbered lines is asked for a plain summary. Default `json-schema`. */
  readonly strategy?: PlanningStrategy
}

/** More missing parts than this are only counted. */
const MOST_MISSING_NAMED = 20

/** Bytes that the prompt puts around one result. */
const BYTES_AROUND_RESULT = 16

/** Asks for one subtask's result. What is asked for stands last, where a small model looks. */
export function subtaskMessages({ task, context, subtask, results }: SubtaskPromptInput): readonly Message[] {
  const { action, expectedOutput } = subtask
  return [
    textMessage(
      'system',
      inlineContent('You answer one part of a larger task. Be brief, concrete and correct.'),
    ),
    {
      role: 'user',
      parts: [
        text('Task: '),
        content(task),
        ...(context === undefined ? [] : [text('\n\nMaterial:\n'), content(context)]),
        ...(results.length === 0 ? [] : [text('\n\nResults so far:'), ...results.flatMap(resultParts)]),
        text('\n\nAnswer only this part of the task: '),
        content(action),
        ...(expectedOutput === undefined ? [] : [text(`\nExpected: ${expectedOutput}`)]),
      ],
    },
  ]
}

/**
 * Asks for one answer out of all results. A strong model marks each statement with the part that it comes from and
 * says what is missing; a small one, which such orders only confuse, is asked to sum up.
 */
export function synthesisMessages({
  strategy = 'json-schema',
  ...input
}: SynthesisPromptInput): readonly Message[] {
  return strategy === 'json-schema' ? attributedSynthesis(input) : plainSummary(input)
}

function attributedSynthesis({ task, results, missing }: SynthesisPromptInput): readonly Message[] {
  return [
    textMessage('system', inlineContent('You write one answer to a task from the results of its parts.')),
    {
      role: 'user',
      parts: [
        text('Task: '),
        content(task),
        text('\n\nThe results of its parts:'),
        ...results.flatMap(resultParts),
        ...(missing.length === 0 ? [] : [text(`\n\n${missingText(missing)}`)]),
        text(
          '\n\nNow write the answer to the task. Use only these results. After each statement name the part that it comes from, like [s1]; keep such marks that stand in a result.',
        ),
      ],
    },
  ]
}

function plainSummary({ task, results }: SynthesisPromptInput): readonly Message[] {
  return [
    textMessage('system', inlineContent('Provide a concise, objective summary of the input text.')),
    {
      role: 'user',
      parts: [content(task), ...results.flatMap(({ output }) => [text('\n\n'), content(output)])],
    },
  ]
}

/**
 * Splits results, in their order, into groups of at most `maxBytes` of prompt each; one that is larger alone stands
 * alone. More than one group: put each together, then put those answers together the same way.
 */
export function groupForSynthesis(
  results: readonly SubtaskResult[],
  maxBytes: number,
): readonly (readonly SubtaskResult[])[] {
  const groups: SubtaskResult[][] = []
  let left = 0
  for (const result of results) {
    const bytes = resultBytes(result)
    const group = groups.at(-1)
    if (group === undefined || bytes > left) {
      groups.push([result])
      left = maxBytes - bytes
    } else {
      group.push(result)
      left -= bytes
    }
  }
  return groups
}

function resultBytes({ id, title, output }: SubtaskResult): number {
  return contentBytes(inlineContent(id + title)) + contentBytes(output) + BYTES_AROUND_RESULT
}

function resultParts({ id, title, output }: SubtaskResult): readonly MessagePart[] {
  return [text(`\n\n[${id}] ${title}\n`), content(output)]
}

function missingText(missing: readonly MissingResult[]): string {
  const named = missing
    .slice(0, MOST_MISSING_NAMED)
    .map(({ id, title, reason }) => `[${id}] ${title}${reason === undefined ? '' : ` (${reason})`}`)
  const more = missing.length - named.length
  return [
    'These parts have no result. Say what is missing because of that:',
    ...named,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n')
}

function text(fixed: string): MessagePart {
  return content(inlineContent(fixed))
}

function content(part: Content): MessagePart {
  return { type: 'text', text: part }
}
