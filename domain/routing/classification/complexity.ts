import type { Complexity, TaskType } from '../../model-request.ts'

/** More input than this is very complex, whatever it says. */
export const VERY_COMPLEX_TOKENS = 50_000

/** More input than this is complex. */
const COMPLEX_TOKENS = 8000

/** Points from which on a request is complex. */
const COMPLEX_POINTS = 2

/** Types that are hard more often than not. */
const HARD_TASKS: readonly TaskType[] = ['reasoning', 'code', 'analysis', 'planning', 'synthesis']

/** Each speaks for several steps, or for care. */
const HARD_WORDS = [
  /\bstep[- ]by[- ]step\b/i,
  /\b(prove|derive|proof|theorem)\b/i,
  /\b(architecture|design a|trade-?offs?|migration|distributed|concurren(t|cy))\b/i,
  /\b(compare|evaluate|assess)\b.*\band\b/i,
  /\b(in detail|comprehensive|thorough(ly)?|edge cases?)\b/i,
  /^\s*[2-9][.)] /m,
]

/** Characters from which on the text alone is a point. */
const LONG_TEXT = 1500

/** What of a request says how hard it is. */
export interface ComplexitySigns {
  /** The beginning of what the person wrote. */
  readonly text: string
  /** How long all of it is, in characters. */
  readonly textLength: number
  readonly estimatedInputTokens: number
}

/** How hard a request is, by its size, its type and its words. */
export function judgeComplexity(
  task: TaskType,
  { text, textLength, estimatedInputTokens }: ComplexitySigns,
): Complexity {
  if (estimatedInputTokens > VERY_COMPLEX_TOKENS) return 'very-complex'
  if (estimatedInputTokens > COMPLEX_TOKENS) return 'complex'
  const points =
    Number(HARD_TASKS.includes(task)) +
    Number(textLength >= LONG_TEXT) +
    HARD_WORDS.filter((pattern) => pattern.test(text)).length
  return points >= COMPLEX_POINTS ? 'complex' : 'simple'
}
