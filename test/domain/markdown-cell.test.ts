import { expect, test } from 'vitest'
import { markdownCell } from '../../domain/markdown-cell.ts'

test('a text stays in its cell and is no markup', () => {
  expect(markdownCell('a|b')).toBe(String.raw`a\|b`)
  // Without its own escape the backslash would take away that of the bar.
  expect(markdownCell(String.raw`a\|b`)).toBe(String.raw`a\\\|b`)
  expect(markdownCell('**now** <b>_x_</b> [y](z) `q`')).toBe(
    String.raw`\*\*now\*\* \<b\>\_x\_\</b\> \[y\](z) \`q\``,
  )
})

test('a text is one line', () => {
  expect(markdownCell('  first\r\nsecond\n\n  third ')).toBe('first second third')
})

test('a long text is cut, and says so', () => {
  expect(markdownCell('x'.repeat(300))).toBe('x'.repeat(300))
  expect(markdownCell('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`)
  expect(markdownCell('abcdef', 4)).toBe('abc…')
})
