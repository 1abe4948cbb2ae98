/** What is needed of a response's headers; `Headers` satisfies it. */
export interface HeaderReader {
  get(name: string): string | null
}

/**
 * How long the provider asks to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as an
 * HTTP date. `undefined` when it says nothing that can be read; a date in the past is 0.
 * @param nowMs milliseconds since the epoch
 */
export function parseRetryAfter(headers: HeaderReader, nowMs: number): number | undefined {
  const milliseconds = parseCount(headers.get('retry-after-ms'))
  if (milliseconds !== undefined) return Math.ceil(milliseconds)
  const text = headers.get('retry-after')
  const seconds = parseCount(text)
  if (seconds !== undefined) return Math.ceil(seconds * 1000)
  // `Date.parse` reads a bare or negative number as a year: only a text with a month's name is a date here.
  const date = text !== null && /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

function parseCount(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined
}
