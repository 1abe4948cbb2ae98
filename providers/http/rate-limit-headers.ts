import type { HeaderReader } from './retry-after.ts'

/** The headers of one limit: how much of it is left, and when it is whole again. */
interface LimitHeaders {
  readonly remaining: string
  readonly reset: string
}

/** OpenAI's and those of hosts like it, then Anthropic's. */
const LIMITS: readonly LimitHeaders[] = [
  ...['requests', 'tokens'].map((unit) => ({
    remaining: `x-ratelimit-remaining-${unit}`,
    reset: `x-ratelimit-reset-${unit}`,
  })),
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((unit) => ({
    remaining: `anthropic-ratelimit-${unit}-remaining`,
    reset: `anthropic-ratelimit-${unit}-reset`,
  })),
]

/**
 * When the last of the limits that are used up is whole again, in milliseconds since the epoch. `undefined` when none
 * is used up, or when those that are do not say that they reset later than now.
 * @param nowMs when the headers came, in milliseconds since the epoch
 */
export function parseExhaustedUntil(headers: HeaderReader, nowMs: number): number | undefined {
  const resets = LIMITS.flatMap(({ remaining, reset }) => {
    // Exactly none: a host that does not know says -1.
    const isUsedUp = /^\s*0+\s*$/.test(headers.get(remaining) ?? '')
    return isUsedUp ? (parseReset(headers.get(reset) ?? '', nowMs) ?? []) : []
  })
  const latestMs = Math.max(...resets)
  return latestMs > nowMs ? latestMs : undefined
}

/** OpenAI says how long it takes, Anthropic at what instant. */
function parseReset(text: string, nowMs: number): number | undefined {
  const durationMs = parseResetDuration(text)
  if (durationMs !== undefined) return nowMs + durationMs
  const instantMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(instantMs) ? undefined : instantMs
}

const RFC_3339 = /^\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/i
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `120ms`, `7.66s`, `6m0s` or `1h2m3s` as milliseconds; a bare number, as Azure sends it, is seconds. */
export function parseResetDuration(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000)
  if (!DURATION.test(trimmed)) return undefined
  const parts = [...trimmed.matchAll(PART)]
  return Math.ceil(
    parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0),
  )
}
