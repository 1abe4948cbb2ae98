import type { Directive } from './directive.ts'
import type { Surface } from './surface.ts'

/** What the headers of an answer say about limits. */
export interface SimulatedLimits {
  /** What is left of each limit that is spoken of. */
  readonly remaining: Readonly<Partial<Record<'requests' | 'tokens', number>>>
  /** When they are whole again, in milliseconds from the answer. */
  readonly resetMs: number
}

const DEFAULT_RESET_MS = 1000

/** The limits that a directive asks for; `undefined` when it speaks of none. */
export function limitsOf(directive: Directive): SimulatedLimits | undefined {
  const { 'remaining-requests': requests, 'remaining-tokens': tokens, reset } = directive
  if (requests === undefined && tokens === undefined) return undefined
  return {
    remaining: {
      ...(requests === undefined ? {} : { requests }),
      ...(tokens === undefined ? {} : { tokens }),
    },
    resetMs: reset ?? DEFAULT_RESET_MS,
  }
}

/**
 * The limits in a vendor's headers: OpenAI says how long, Anthropic until when.
 * @param nowMs milliseconds since the epoch
 */
export function limitHeaders(
  vendor: Surface['name'],
  { remaining, resetMs }: SimulatedLimits,
  nowMs: number,
): Readonly<Record<string, string>> {
  const headers = Object.entries(remaining).flatMap(([unit, left]) =>
    vendor === 'openai'
      ? [
          [`x-ratelimit-remaining-${unit}`, String(left)],
          [`x-ratelimit-reset-${unit}`, resetMs < 1000 ? `${resetMs}ms` : `${resetMs / 1000}s`],
        ]
      : [
          [`anthropic-ratelimit-${unit}-remaining`, String(left)],
          [`anthropic-ratelimit-${unit}-reset`, new Date(nowMs + resetMs).toISOString()],
        ],
  )
  return Object.fromEntries(headers)
}
