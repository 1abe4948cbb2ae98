/** A small model writes at most so many lines that still differ from each other. */
const MOST_LINES = 4

/** Bounds of one line in characters. Below the upper one a small model ends its sentences by itself. */
export const LINE_LENGTH = { min: 12, max: 160 } as const

/** The worked example. Its subject is far from what people ask, so that a copied line gives itself away. */
export const EXAMPLE_TOPIC = 'Learn to play the violin'
export const EXAMPLE_QUESTIONS = [
  'What are the steps of learning to play the violin?',
  'How long does it take to learn each step?',
  'What are the most common mistakes of beginners?',
  'Which teachers, books or videos help beginners most?',
] as const

/** How many lines are asked for. */
export function questionCount(maxSubtasks: number): number {
  return Math.max(1, Math.min(MOST_LINES, maxSubtasks))
}

/** `1. … 2. …`, one a line. */
export function numberedLines(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n')
}
