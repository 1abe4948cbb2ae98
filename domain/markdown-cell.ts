/** So long that a sentence fits, so short that a table can still be read. */
const MOST_CHARACTERS = 300

/**
 * Text from people, models and providers for a place in a Markdown table or list: one line that cannot end its cell, become
 * markup, or run on for ever.
 * @param mostCharacters longer text is cut, and ends with `…`
 */
export function markdownCell(text: string, mostCharacters = MOST_CHARACTERS): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const cut = line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line
  return cut.replaceAll(/[\\|`*_[\]<>]/g, String.raw`\$&`)
}
