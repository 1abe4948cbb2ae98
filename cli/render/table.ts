export interface Column {
  readonly title: string
  /** Numbers stand right. */
  readonly align?: 'left' | 'right'
}

/**
 * Lines of an aligned table: a head, a rule, the rows.
 * @param footer a last row under another rule
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  footer?: readonly string[],
): string {
  const head = columns.map(({ title }) => title)
  const all = [head, ...rows, ...(footer === undefined ? [] : [footer])]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => (row[index] ?? '').length)))
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? ''
        return align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [line(head), rule, ...rows.map(line), ...(footer === undefined ? [] : [rule, line(footer)])].join(
    '\n',
  )
}
