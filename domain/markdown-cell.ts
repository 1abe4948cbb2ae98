import { oneLine } from './one-line.ts'

/** So long that a sentence fits, so short that a table can still be read. */
const MOST_CHARACTERS = 300

/**
 * Text from people, models and providers for a place in a Markdown table or list: one line that cannot end its cell, become
 * markup, or run on for ever.
 * @param mostCharacters longer text is cut, and ends with `…`
 */
export function markdownCell(text: string, mostCharacters = MOST_CHARACTERS): string {
  return oneLine(text, mostCharacters).replaceAll(/[\\|`*_[\]<>]/g, String.raw`\$&`)
}
