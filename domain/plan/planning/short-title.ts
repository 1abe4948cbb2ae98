import { MAX_TITLE_LENGTH } from './plan-schema.ts'

/** The beginning of a text in one line, cut between words where it is too long for a table. */
export function shortTitle(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= MAX_TITLE_LENGTH) return line
  const start = line.slice(0, MAX_TITLE_LENGTH - 1)
  const lastBlank = start.lastIndexOf(' ')
  return `${start.slice(0, lastBlank > MAX_TITLE_LENGTH / 2 ? lastBlank : undefined).trimEnd()}…`
}
