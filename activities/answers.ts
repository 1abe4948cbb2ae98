import { excerptOf, isJsonText, normaliseAnswer } from '../domain/consensus/normalise-answer.ts'
import type { Content } from '../domain/content-ref.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { ToolCall } from '../domain/message.ts'

export interface InspectAnswerInput {
  readonly content: Content
  readonly toolCalls: readonly ToolCall[]
}

/** What a workflow must know of an answer whose text it may not have. */
export interface AnswerInspection {
  /** SHA-256 of the normalised answer: answers that say the same have the same. */
  readonly fingerprint: string
  readonly isJson: boolean
  /** How it begins, for people. */
  readonly excerpt: string
}

export interface AnswerActivityDeps {
  readonly contents: Pick<ContentStore, 'get'>
  /** SHA-256 in lower-case hex. */
  readonly hash: (text: string) => string
}

/** Looks into answers that travel by reference. */
export function createAnswerActivities({ contents, hash }: AnswerActivityDeps) {
  return {
    inspectAnswer: async ({ content, toolCalls }: InspectAnswerInput): Promise<AnswerInspection> => {
      const text = await contents.get(content)
      const tools = toolCalls.map(({ name }) => name).join(', ')
      return {
        fingerprint: hash(normaliseAnswer({ text, toolCalls })),
        isJson: isJsonText(text),
        excerpt: excerptOf(text === '' && tools !== '' ? `calls ${tools}` : text),
      }
    },
  }
}

export type AnswerActivities = ReturnType<typeof createAnswerActivities>
