import type { Candidate } from './candidate.ts'

/** Per cent of a context window that a prompt may fill: what a prompt's size is estimated by is not exact. */
export const USABLE_CONTEXT_PERCENT = 80

/** What of a candidate decides how long a prompt may be. */
type Window = Pick<Candidate, 'contextWindow' | 'maxOutputTokens'>

/** The most expected input tokens that a candidate may be sent: 80 % of its window, and room for the answer. */
export function usableInputTokens({ contextWindow, maxOutputTokens }: Window): number {
  return Math.max(0, Math.min(usableWindow(contextWindow), contextWindow - maxOutputTokens))
}

/** Says why a prompt does not fit, or `undefined` when it does. */
export function explainContext(
  estimatedInputTokens: number,
  { contextWindow, maxOutputTokens }: Window,
): string | undefined {
  const needed = estimatedInputTokens + maxOutputTokens
  if (needed > contextWindow) {
    return `needs about ${needed} tokens, its context window has ${contextWindow}`
  }
  if (estimatedInputTokens <= usableWindow(contextWindow)) return undefined
  return (
    `the prompt has about ${estimatedInputTokens} tokens, more than ${USABLE_CONTEXT_PERCENT} % of its ` +
    `context window of ${contextWindow}`
  )
}

function usableWindow(contextWindow: number): number {
  return Math.floor((contextWindow * USABLE_CONTEXT_PERCENT) / 100)
}
