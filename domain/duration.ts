const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Reads `1500ms`, `90s`, `5m`, `2h` or `7d` as milliseconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  if (amount === undefined || unit === undefined) return undefined
  const durationMs = Math.round(Number(amount) * (UNIT_MS[unit] ?? 0))
  return durationMs > 0 ? durationMs : undefined
}

/** Writes milliseconds in the largest unit that holds them without a rest: `90s`, `2h`. */
export function formatDuration(durationMs: number): string {
  const units = Object.entries(UNIT_MS).toReversed()
  const [unit, unitMs] = units.find(([, size]) => durationMs % size === 0) ?? ['ms', 1]
  return durationMs === 0 ? '0s' : `${durationMs / unitMs}${unit}`
}
