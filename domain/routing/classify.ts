import {
  type RecognisedTask,
  RECOGNISED_TASKS,
  taskSigns,
  type TaskSign,
} from './classification/task-signs.ts'
import type { Complexity, TaskType } from '../model-request.ts'
import { judgeComplexity } from './classification/complexity.ts'

/** What a request is judged by. */
export interface ClassifyInput {
  /** The type that the caller says it is; never doubted. */
  readonly declared?: TaskType
  /** The beginning of what the person wrote; `CLASSIFIED_CHARACTERS` are enough. */
  readonly text: string
  /** How long the whole text is where `text` is only a part of it, in characters. Default: as long as `text`. */
  readonly textLength?: number
  readonly estimatedInputTokens: number
  readonly hasSchema?: boolean
  readonly hasTools?: boolean
}

/** What a request is about and how hard it is. */
export interface Classification {
  readonly task: TaskType
  readonly complexity: Complexity
  /** 0 to 1; 1 for a declared type. */
  readonly confidence: number
  /** Whether a cheap model should be asked; its word then counts. */
  readonly isUnsure: boolean
  /** What spoke for the type, for people. */
  readonly signs: readonly string[]
}

/** How much of a text the rules look at. */
export const CLASSIFIED_CHARACTERS = 4000

/** Below this, the rules are not sure. */
const SURE = 0.6

/** A message without any sign that is as short as this is taken for chat. */
const SHORT_CHARACTERS = 160
const SHORT_CONFIDENCE = 0.65
const NO_SIGN_CONFIDENCE = 0.3

/** Judges a request by its declared type, else by rules; says when the rules are not sure. */
export function classify(input: ClassifyInput): Classification {
  const text = input.text.slice(0, CLASSIFIED_CHARACTERS)
  const { textLength = text.trim().length, estimatedInputTokens } = input
  const guess = guessTask(input, text, textLength)
  return {
    ...guess,
    complexity: judgeComplexity(guess.task, { text, textLength, estimatedInputTokens }),
    isUnsure: guess.confidence < SURE,
  }
}

type Guess = Pick<Classification, 'task' | 'confidence' | 'signs'>

function guessTask(
  { declared, hasSchema = false, hasTools = false }: ClassifyInput,
  text: string,
  textLength: number,
): Guess {
  if (declared !== undefined) return { task: declared, confidence: 1, signs: ['declared'] }
  const signs = taskSigns({ text, hasSchema, hasTools })
  if (signs.length === 0) {
    return textLength <= SHORT_CHARACTERS
      ? { task: 'chat', confidence: SHORT_CONFIDENCE, signs: ['a short message'] }
      : { task: 'chat', confidence: NO_SIGN_CONFIDENCE, signs: [] }
  }
  const { task, strength } = RECOGNISED_TASKS.map((name) => ({
    task: name,
    strength: strengthOf(name, signs),
  })).reduce((best, next) => (next.strength > best.strength ? next : best))
  const total = signs.reduce((sum, sign) => sum + sign.strength, 0)
  return {
    task,
    // One more, for what no rule knows: a single hint is never sure.
    confidence: strength / (total + 1),
    signs: signs.filter((sign) => sign.task === task).map(({ sign }) => sign),
  }
}

function strengthOf(task: RecognisedTask, signs: readonly TaskSign[]): number {
  return signs.reduce((sum, sign) => sum + (sign.task === task ? sign.strength : 0), 0)
}
