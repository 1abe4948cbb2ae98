import { civilDate, formatDate, MS_PER_DAY } from './civil-date.ts'

/** Milliseconds since the epoch as `2026-11-21 14:03:22 UTC`, without a clock or a `Date`. */
export function formatUtc(epochMs: number): string {
  const days = Math.floor(epochMs / MS_PER_DAY)
  const seconds = Math.floor((epochMs - days * MS_PER_DAY) / 1000)
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${formatDate(civilDate(days))} ${time.map((part) => String(part).padStart(2, '0')).join(':')} UTC`
}
